using Workers.Contracts;
using Workers.Providers;

namespace Workers.RabbitMq.DeadLetters;

/// <summary>Why nobody could handle a message, and the bucket that each reason belongs to.</summary>
public static class DeadLetterReason
{
    /// <summary>Its redeliveries are used up by exceptions.</summary>
    public const string Failed = "failed";

    /// <summary>Its redeliveries are used up, the last of them by work that took longer than its queue allows.</summary>
    public const string TimedOut = "timed-out";

    /// <summary>Its body is not what its content type and message type say.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>Its queue handles no message of its type.</summary>
    public const string UnknownType = "unknown-type";

    /// <summary>The processes of its consumers did not survive it, as often as the delivery limit allows.</summary>
    public const string Crashed = "crashed";

    /// <summary>Its routing key leads nowhere.</summary>
    public const string Unroutable = "unroutable";

    /// <summary>The bucket of a dead letter: what the exception says of itself, else what the reason alone tells.</summary>
    public static FailureBucket BucketOf(string reason, Exception? exception = null) => (reason, exception) switch
    {
        (Unreadable or UnknownType, _) => FailureBucket.SchemaMismatch,
        (TimedOut, _) => FailureBucket.Timeout,
        (_, ProviderUnavailableException provider) => provider.Failure.Bucket,
        (_, HttpRequestException) => FailureBucket.ServerError,
        (_, TimeoutException) => FailureBucket.Timeout,
        _ => FailureBucket.Unknown,
    };

    /// <summary>One of these words, or null.</summary>
    internal static string? Known(string? word) => word is Failed or TimedOut or Unreadable or UnknownType or Crashed or Unroutable ? word : null;
}
