using System.Globalization;
using Workers.Simulator;

namespace Workers.CrashMatrix.Fleet;

/// <summary>How fast the fleet and its provider live. All times here are the wall clock's; the fleet's own are <see cref="Scale"/> times as long.</summary>
internal sealed record FleetPace(double Scale)
{
    public static readonly TimeSpan CallTakes = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan RoundLease = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CreateTimeout = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan CallMargin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(0.5);

    /// <summary>Nothing that a process holds is held longer than this without it.</summary>
    public static TimeSpan LongestLease { get; } = RoundLease > CallMargin + CreateTimeout + SettleTime ? RoundLease : CallMargin + CreateTimeout + SettleTime;

    /// <summary>The settings of every process.</summary>
    public Dictionary<string, string?> Settings() => new()
    {
        ["Http:CreateTimeout"] = Time(CreateTimeout),
        ["Http:CallTimeout"] = Time(TimeSpan.FromSeconds(1)),
        ["Http:TotalTimeout"] = Time(TimeSpan.FromSeconds(1.5)),
        ["Submission:CallMargin"] = Time(CallMargin),
        ["Submission:SettleTime"] = Time(SettleTime),
        ["Polling:Tick"] = Time(TimeSpan.FromSeconds(0.1)),
        ["Polling:FirstInterval"] = Time(TimeSpan.FromSeconds(0.25)),
        ["Polling:LongestInterval"] = Time(TimeSpan.FromSeconds(0.5)),
        ["Polling:RoundLease"] = Time(RoundLease),
        ["Polling:RereadAfter"] = Time(TimeSpan.FromSeconds(0.2)),
        ["Sweep:Interval"] = Time(TimeSpan.FromSeconds(0.2)),
        ["Sweep:FirstCheck"] = Time(TimeSpan.FromSeconds(3)),
        ["Sweep:LongestCheck"] = Time(TimeSpan.FromSeconds(6)),
        ["Sweep:AnnounceAfter"] = Time(TimeSpan.FromSeconds(1)),
        ["Lifecycle:InitialBackoff"] = Time(TimeSpan.FromSeconds(0.2)),
        ["Lifecycle:LongestBackoff"] = Time(TimeSpan.FromSeconds(1)),

        // The ladder's waits are the broker's, whose clock is the wall's.
        ["Redelivery:First"] = "00:00:00.050",
        ["RabbitMq:DelayRungs:0"] = "00:00:00.050",
        ["RabbitMq:DelayRungs:1"] = "00:00:00.150",
        ["RabbitMq:DelayRungs:2"] = "00:00:00.600",
        ["RabbitMq:DelayRungs:3"] = "00:00:03",
    };

    /// <summary>A provider that is quick, without limits but for its lists, and whose answers to half of the calls come late after the work was done, to the other half late before it.</summary>
    public SimulatorOptions Provider() => new()
    {
        MaxRunning = 100_000,
        MaxQueued = 0,
        CreatesPerMinute = 0,
        StartDelay = TimeSpan.FromSeconds(0.05) * Scale,
        MinTaskDuration = TimeSpan.FromSeconds(0.3) * Scale,
        MaxTaskDuration = TimeSpan.FromSeconds(1) * Scale,
        OutputPaddingBytes = 256 << 10,
        Faults = new FaultScript
        {
            Rules =
            [
                new FaultRule { Operation = Operation.Create, Fault = new Fault.Delay(CallTakes / 2 * Scale) },
                new FaultRule { Operation = Operation.Create, Fault = new Fault.Delay(CallTakes / 2 * Scale, AfterWork: true) },
            ],
        },
    };

    private string Time(TimeSpan wall) => (wall * Scale).ToString("c", CultureInfo.InvariantCulture);
}
