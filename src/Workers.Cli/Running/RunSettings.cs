using Serilog.Events;

namespace Workers.Cli.Running;

/// <summary>What <c>workers run</c> was asked for.</summary>
internal sealed record RunSettings
{
    /// <summary>The file of jobs.</summary>
    public required string File { get; init; }

    /// <summary>Where the results go.</summary>
    public string Results { get; init; } = "results";

    /// <summary>The simulator, whatever is configured.</summary>
    public bool Simulator { get; init; }

    /// <summary>A provider's base address, instead of the simulator's.</summary>
    public Uri? Provider { get; init; }

    /// <summary>A file with the provider's key.</summary>
    public string? ApiKeyFile { get; init; }

    /// <summary>Messages go through RabbitMQ instead of this process's memory.</summary>
    public bool OnRabbitMq { get; init; }

    /// <summary>The broker's address, instead of the configured one.</summary>
    public string? Broker { get; init; }

    /// <summary>Accepts that what is known of paid tasks dies with the process.</summary>
    public bool Ephemeral { get; init; }

    /// <summary>How many seconds of the simulator's clock, and of the fleet's with it, pass in one second.</summary>
    public double TimeScale { get; init; } = 30;

    /// <summary>Decides what the simulator does by chance.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>A script of what goes wrong at the simulator.</summary>
    public string? Faults { get; init; }

    /// <summary>After this the run is stopped, by the clock on the wall; null: never.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>One line per change instead of the table.</summary>
    public bool Plain { get; init; }

    /// <summary>One JSON document on standard output; progress goes to standard error.</summary>
    public bool Json { get; init; }

    public LogEventLevel Logs { get; init; } = LogEventLevel.Warning;

    /// <summary>Where the log goes; null: standard error, or a file in the results' folder while the table is drawn.</summary>
    public string? LogFile { get; init; }
}
