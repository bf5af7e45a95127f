using System.Globalization;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;

namespace Workers.Cli.Progress;

/// <summary>How things are told to a person.</summary>
internal static class Words
{
    private const string Family = "seedance-";

    /// <summary>Said where an amount would stand that the provider has not told.</summary>
    private const string Unknown = "unknown";

    /// <summary>Enough of a job id to tell it from its neighbours.</summary>
    public static string Short(Guid id) => id.ToString("N", CultureInfo.InvariantCulture)[..8];

    /// <summary>What tells a model id from its neighbours.</summary>
    public static string Model(string? id) => id is null ? "-" : id[(id.IndexOf(Family, StringComparison.Ordinal) is var at and >= 0 ? at + Family.Length : 0)..];

    /// <summary>Three digits after the point below one unit, where cents say little.</summary>
    public static string Money(decimal amount, string currency)
    {
        var number = amount.ToString(amount is > 0 and < 1 ? "0.000" : "0.00", CultureInfo.InvariantCulture);
        return currency == "USD" ? $"${number}" : $"{number} {currency}";
    }

    /// <summary>What is unknown is told as unknown, beside what is known of the job's other attempts.</summary>
    public static string Money(JobCost? cost) => cost switch
    {
        null => "",
        { Unknown: null } => Money(cost.Actual, cost.Currency),
        { Actual: 0 } => Unknown,
        _ => $"{Money(cost.Actual, cost.Currency)} + {Unknown}",
    };

    /// <summary>An amount, or that nobody knows it.</summary>
    public static string Money(decimal? amount, string currency) => amount is { } known ? Money(known, currency) : Unknown;

    /// <summary>Two units at most: <c>4s</c>, <c>3m 12s</c>, <c>2h 05m</c>.</summary>
    public static string Time(TimeSpan time) => time switch
    {
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, (int)time.TotalSeconds)}s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}m {time.Seconds:00}s"),
        { TotalDays: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Hours}h {time.Minutes:00}m"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalDays}d {time.Hours:00}h"),
    };

    public static string Count(int number, string one) => string.Create(CultureInfo.InvariantCulture, $"{number} {one}{(number == 1 ? "" : "s")}");

    /// <summary>What a line waits for, or how it ended.</summary>
    public static string Note(Row row) => row switch
    {
        { Answer: Answer.Rejected rejected } => rejected.Faults[0].ToString(),
        { Line: { Submission: null, Faults: [var fault, ..] } } => fault.ToString(),
        { State: "Sending" } => "the fleet's answer",
        { State: nameof(Files.EndKind.Duplicate) } => $"is job {Short(row.Line.JobId!.Value)}",
        { Job: { } job } => Note(job),
        _ => "",
    };

    /// <summary>What a job waits for and until when, or how it ended.</summary>
    public static string Waits(Job job) => job switch
    {
        { State: nameof(JobLifecycle.Waiting), NextCheckAt: { } until } => $"waits until {Iso(until)}: {Note(JobView.Of(job))}",
        _ when JobSteps.PhaseOf(job.State) == Phase.InProgress => $"waits for {Note(JobView.Of(job))}",
        _ => Note(JobView.Of(job)),
    };

    /// <summary>A time as ISO 8601, in UTC and to the second.</summary>
    public static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static string Note(JobView job) => job.State switch
    {
        nameof(JobLifecycle.Waiting) => job.Trouble?.Reason ?? "its turn",
        nameof(JobLifecycle.Submitting) => "the provider's answer, or to find out what came of the call",
        nameof(JobLifecycle.Running) => "its task to end",
        nameof(JobLifecycle.Retrieving) => "its output to be stored",
        nameof(JobLifecycle.Cancelling) => "the provider to let go of its task",
        nameof(JobLifecycle.Succeeded) => string.Join(", ", job.Outputs.Select(output => $"{output.Name} {Bytes(output.Bytes)}")),
        nameof(JobLifecycle.Blocked) or nameof(JobLifecycle.Failed) => $"{job.Trouble?.Bucket}: {job.Trouble?.Reason}",
        _ => "",
    };

    public static string Bytes(long bytes) => bytes switch
    {
        < 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0 / 1024.0:0.0} MiB"),
    };
}
