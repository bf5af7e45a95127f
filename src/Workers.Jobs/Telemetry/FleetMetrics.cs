using System.Diagnostics.Metrics;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Submission;

namespace Workers.Jobs.Telemetry;

/// <summary>What the fleet counts. Every label has few values that the configuration or the code lists: no ids, no addresses, no tenants.</summary>
public static class FleetMetrics
{
    /// <summary>The name of the fleet's meters.</summary>
    public const string MeterName = "Workers";

    private static readonly Meter Meter = new(MeterName);

    // From a step of the fleet to a day in which somebody was waited for, and to the longest that a provider keeps a task.
    private static readonly double[] StateBounds =
    [
        0.01, 0.025, 0.05, 0.1, 0.2, 0.35, 0.5, 1, 2, 3.5, 5, 10, 20, 30, 45, 60, 90, 120, 180, 300, 450, 600, 900, 1800, 2700, 3600, 5400, 7200, 14_400, 43_200,
        86_400, 259_200,
    ];

    private static readonly double[] LifeBounds =
    [
        1, 2.5, 5, 10, 20, 30, 45, 60, 90, 120, 180, 240, 300, 450, 600, 900, 1200, 1800, 2700, 3600, 7200, 14_400, 28_800, 43_200, 86_400, 172_800, 259_200, 604_800,
    ];

    private static readonly Counter<long> Transitions = Meter.CreateCounter<long>("workers.job.transitions", "{transition}", "Jobs that entered a state");
    private static readonly Histogram<double> InState = Meter.CreateHistogram("workers.job.state.duration", "s", "How long jobs were in the state that they left", StateBounds);
    private static readonly Histogram<double> Lives = Meter.CreateHistogram("workers.job.duration", "s", "From a job's submission to its end", LifeBounds);
    private static readonly Counter<long> Attempts = Meter.CreateCounter<long>("workers.attempts", "{attempt}", "Attempts by what came of their call");
    private static readonly Counter<long> Deferrals = Meter.CreateCounter<long>("workers.deferrals", "{deferral}", "Times that a job was put back to wait for its turn, its account or a reference");
    private static readonly Histogram<int> Polled = Meter.CreateHistogram("workers.round.tasks", "{task}", "Tasks that a round asked for in one list call", [1, 2, 5, 10, 20, 35, 50, 75, 100]);
    private static readonly Counter<long> Looks = Meter.CreateCounter<long>("workers.looks", "{call}", "Calls of rounds that looked at tasks, by their way and what came of them");
    private static readonly Counter<long> Reconciliations = Meter.CreateCounter<long>("workers.reconciliations", "{attempt}", "Attempts whose call's answer was lost, by what was found out");
    private static readonly Counter<long> Failures = Meter.CreateCounter<long>("workers.failures", "{failure}", "Failures by bucket");
    private static readonly Counter<long> ResultBytes = Meter.CreateCounter<long>("workers.result.size", "By", "Bytes of the outputs that were stored");
    private static readonly Counter<double> Cost = Meter.CreateCounter<double>("workers.cost", "{currency}", "What settled attempts cost, in units of their currency");
    private static readonly Counter<long> DeadLetters = Meter.CreateCounter<long>("workers.dead_letters", "{message}", "Dead letters that were put on record");

    internal static void Entered(Job job) => Transitions.Add(1, new KeyValuePair<string, object?>("state", job.State));

    internal static void Left(string state, TimeSpan after) => InState.Record(after.TotalSeconds, new KeyValuePair<string, object?>("state", state));

    internal static void Ended(Job job) => Lives.Record((job.ChangedAt - job.SubmittedAt).TotalSeconds, new KeyValuePair<string, object?>("state", job.State));

    /// <param name="account">The account that was to be billed.</param>
    /// <param name="outcome"><c>created</c>, <c>not_created</c> or <c>uncertain</c>.</param>
    internal static void Attempted(string account, string outcome) =>
        Attempts.Add(1, new KeyValuePair<string, object?>("account", account), new KeyValuePair<string, object?>("outcome", outcome));

    internal static void Deferred(string account, FailureBucket bucket) =>
        Deferrals.Add(1, new KeyValuePair<string, object?>("account", account), new KeyValuePair<string, object?>("bucket", bucket.ToString()));

    internal static void Listed(string account, int tasks) => Polled.Record(tasks, new KeyValuePair<string, object?>("account", account));

    /// <param name="account">The account that was asked.</param>
    /// <param name="way"><c>list</c>, <c>list_by_model</c> or <c>get</c>.</param>
    /// <param name="outcome"><c>seen</c>, <c>refused</c> (this way of looking) or <c>failed</c>.</param>
    internal static void Looked(string account, string way, string outcome) => Looks.Add(
        1,
        new KeyValuePair<string, object?>("account", account),
        new KeyValuePair<string, object?>("way", way),
        new KeyValuePair<string, object?>("outcome", outcome));

    /// <param name="account">The account that was asked.</param>
    /// <param name="outcome"><c>adopted</c>, <c>not_created</c> or <c>uncertain</c>.</param>
    internal static void Reconciled(string account, string outcome) =>
        Reconciliations.Add(1, new KeyValuePair<string, object?>("account", account), new KeyValuePair<string, object?>("outcome", outcome));

    internal static void Failed(FailureBucket bucket, string provider) =>
        Failures.Add(1, new KeyValuePair<string, object?>("bucket", bucket.ToString()), new KeyValuePair<string, object?>("provider", provider));

    internal static void Stored(string provider, long bytes) => ResultBytes.Add(bytes, new KeyValuePair<string, object?>("provider", provider));

    /// <summary>The cost of a settled attempt, as its job hears of it; <c>kind</c> is <c>estimated</c> or <c>actual</c>.</summary>
    internal static void Settled(Attempt attempt)
    {
        Add("estimated", attempt.Estimate.Amount);
        Add("actual", attempt.ActualCost ?? 0);

        void Add(string kind, decimal amount) => Cost.Add(
            (double)amount,
            new KeyValuePair<string, object?>("account", attempt.Account),
            new KeyValuePair<string, object?>("currency", attempt.Estimate.Currency),
            new KeyValuePair<string, object?>("kind", kind));
    }

    /// <param name="queue">The queue that keeps it.</param>
    /// <param name="reason">A word of the fleet's own.</param>
    public static void DeadLettered(string queue, string reason) =>
        DeadLetters.Add(1, new KeyValuePair<string, object?>("queue", queue), new KeyValuePair<string, object?>("reason", reason));
}
