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

    /// <summary>It lay in its queue for longer than its own expiration, or a policy of the broker, allows.</summary>
    public const string Expired = "expired";

    /// <summary>Its queue was longer than a policy of the broker allows.</summary>
    public const string OverLength = "over-length";

    /// <summary>A client that is no worker refused it.</summary>
    public const string Rejected = "rejected";

    /// <summary>Its routing key leads nowhere.</summary>
    public const string Unroutable = "unroutable";

    /// <summary>The bucket of a dead letter: what the exception says of itself, else what the reason alone tells.</summary>
    public static FailureBucket BucketOf(string reason, Exception? exception = null) => (reason, exception) switch
    {
        (Unreadable or UnknownType, _) => FailureBucket.SchemaMismatch,
        (TimedOut or Expired, _) => FailureBucket.Timeout,
        (_, ProviderUnavailableException provider) => provider.Failure.Bucket,
        (_, HttpRequestException) => FailureBucket.ServerError,
        (_, TimeoutException) => FailureBucket.Timeout,
        _ => FailureBucket.Unknown,
    };

    /// <summary>What a person should do about it before it is redriven.</summary>
    public static string AdviceOf(string reason) => reason switch
    {
        Unreadable => "Have its sender send what the contract says. This one will never be readable: drop it.",
        UnknownType => "Have its sender use the right queue, or run workers that know its type; then redrive it.",
        Crashed => "Find out in the log of the processes that died why no one survived it. Redrive it once that is mended.",
        TimedOut => "Find out in the log what it waited for, or raise the longest time of its queue. Then redrive it.",
        Expired => "Remove its expiration at its sender, or the message-ttl of the policy that meets the fleet's queues. Then redrive it.",
        OverLength => "Remove the max-length of the policy that meets the fleet's queues, or run more workers. Then redrive it.",
        Rejected => "Find out who consumes the fleet's queues beside the workers. Then redrive it.",
        Unroutable => "Its queue or its binding was missing: \"workers topology check\" tells whether it still is. Then redrive it.",
        _ => "Mend the cause that its exception and the log tell. Then redrive it.",
    };

    /// <summary>The reason that the broker gave when a queue of its gave a message up.</summary>
    /// <param name="death">The broker's word, <c>x-last-death-reason</c>.</param>
    internal static string OfDeath(string? death) => death switch
    {
        "expired" => Expired,
        "maxlen" => OverLength,
        "rejected" => Rejected,
        _ => Crashed, // delivery_limit; and what has none lies there by somebody's hand
    };

    /// <summary>One of these words, or null.</summary>
    internal static string? Known(string? word) =>
        word is Failed or TimedOut or Unreadable or UnknownType or Crashed or Expired or OverLength or Rejected or Unroutable ? word : null;
}
