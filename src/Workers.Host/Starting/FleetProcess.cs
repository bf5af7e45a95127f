using Microsoft.Extensions.Options;
using Workers.Host.Health;
using Workers.Providers.Accounts;
using Workers.RabbitMq.Topology;

namespace Workers.Host.Starting;

/// <summary>The life of a process: what can't begin says why, what was begun ends in good order.</summary>
internal static partial class FleetProcess
{
    private const int Ended = 0;
    private const int NotRun = 1;

    /// <param name="settings">The command line.</param>
    /// <param name="error">Where it is told why the process can't start.</param>
    /// <param name="configure">Replaces services, for tests.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(HostSettings settings, TextWriter error, Action<IServiceCollection>? configure = null)
    {
        try
        {
            var app = FleetHost.Build(settings, configure);

            // Before anything is made of the options, as health has the bus made, so that all faults are told at once.
            app.Services.GetRequiredService<IStartupValidator>().Validate();
            Durability.Guard(settings, FleetHost.IsDurable(app.Configuration), app.Services.GetRequiredService<IOptions<AccountsOptions>>().Value);
            app.MapHealth();
            app.MapPrometheusScrapingEndpoint();
            return await LiveAsync(app);
        }
        catch (CannotStartException problem)
        {
            await error.WriteLineAsync(problem.Message);
        }
        catch (Exception fault) when (SettingsFaults.Of(fault) is { Count: > 0 } faults)
        {
            await error.WriteLineAsync($"The settings are wrong:{string.Concat(faults.Select(one => $"\n  {one}"))}");
        }
        catch (IOException fault)
        {
            await error.WriteLineAsync($"The process can't start: {fault.Message}"); // the address is in use, or not ours
        }

        return NotRun;
    }

    private static async Task<int> LiveAsync(WebApplication app)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(FleetProcess).FullName!);
        try
        {
            await app.StartAsync();
            await app.WaitForShutdownAsync();
            LogEnded(log);
        }
        catch (OperationCanceledException) when (!app.Lifetime.ApplicationStarted.IsCancellationRequested && app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            LogEnded(log); // asked to end before it had begun
        }
        catch (Exception fault) when (fault is OperationCanceledException or AggregateException)
        {
            // The connection goes with the process, and the broker delivers again what was not acknowledged.
            LogGraceOver(log, app.Services.GetRequiredService<IOptions<ShutdownOptions>>().Value.Grace, fault.GetType().Name);
        }

        var refusal = app.Services.GetRequiredService<BrokerPresence>().Refusal;
        await Serilog.Log.CloseAndFlushAsync();
        return refusal is null ? Ended : NotRun;
    }

    [LoggerMessage(EventId = 7001, Level = LogLevel.Information, Message = "Ended in good order")]
    private static partial void LogEnded(ILogger log);

    [LoggerMessage(EventId = 7002, Level = LogLevel.Warning, Message = "The grace of {Grace} is over ({Fault}): what is still in hand goes back to its queue")]
    private static partial void LogGraceOver(ILogger log, TimeSpan grace, string fault);
}
