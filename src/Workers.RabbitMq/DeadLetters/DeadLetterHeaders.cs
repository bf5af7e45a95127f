using System.Globalization;
using Workers.Jobs.Failures;

namespace Workers.RabbitMq.DeadLetters;

/// <summary>What is written on a message that nobody could handle, beside its body as it came.</summary>
public static class DeadLetterHeaders
{
    /// <summary>What all of them begin with.</summary>
    public const string Prefix = "workers-";

    /// <summary>Why it is here, one of <see cref="DeadLetterReason"/>.</summary>
    public const string Reason = "workers-reason";

    /// <summary>The bucket that it is recorded in.</summary>
    public const string Bucket = "workers-bucket";

    /// <summary>The type of the exception, without its words: those may repeat content.</summary>
    public const string Exception = "workers-exception";

    /// <summary>What is wrong, in words of our own; absent where only foreign words are to be had.</summary>
    public const string Detail = "workers-detail";

    /// <summary>Deliveries that failed.</summary>
    public const string Count = "workers-count";

    /// <summary>When it first failed, ISO 8601 in UTC.</summary>
    public const string FirstAt = "workers-first-at";

    /// <summary>When it last failed, ISO 8601 in UTC.</summary>
    public const string LastAt = "workers-last-at";

    /// <summary>The queue that it came from, and goes back to when it is redriven.</summary>
    public const string Queue = "workers-queue";

    /// <summary>The correlation id of its job, where it has one.</summary>
    public const string CorrelationId = "workers-correlation-id";

    /// <summary>What of a stranger's headers had no room beside these, and was left out: how many, and how long.</summary>
    public const string Cut = "workers-cut";

    /// <summary>How often it was redriven.</summary>
    public const string Redriven = Redrives.Header;

    /// <summary>How often the command was redriven that this one was issued in the stead of.</summary>
    public const string RedrivenBefore = Redrives.Before;

    /// <summary>Who redrove it last.</summary>
    public const string RedrivenBy = "workers-redriven-by";

    /// <summary>When it was last redriven, ISO 8601 in UTC.</summary>
    public const string RedrivenAt = "workers-redriven-at";

    /// <summary>A time as these headers have it.</summary>
    public static string Format(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
