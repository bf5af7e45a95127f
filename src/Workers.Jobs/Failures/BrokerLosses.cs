using Workers.Contracts;
using Workers.Jobs.Lifecycle;

namespace Workers.Jobs.Failures;

/// <summary>Why a command became a dead letter that no consumer of it told of: what its job then says.</summary>
/// <param name="Code">Stands where else the type of an exception stands.</param>
/// <param name="Bucket">The cause.</param>
/// <param name="What">What became of the command, as the end of a sentence that begins with its name.</param>
/// <param name="Fix">What to do.</param>
internal sealed record BrokerLosses(string Code, FailureBucket Bucket, string What, string Fix)
{
    private const string ThenRedrive = "Then redrive the message or resume the job.";

    private static readonly BrokerLosses Crash = new("ProcessCrash", FailureBucket.Unknown, "was survived by no process", $"Find out in the log of the processes that died what killed them. {ThenRedrive}");

    private static readonly Dictionary<string, BrokerLosses> ByReason = new(StringComparer.Ordinal)
    {
        ["expired"] = new("MessageExpired", FailureBucket.Timeout, "lay in its queue for longer than the broker was told to keep it", $"Remove the message-ttl of the policy that meets the fleet's queues. {ThenRedrive}"),
        ["over-length"] = new("QueueOverLength", FailureBucket.Unknown, "was put out of its queue, which was longer than the broker was told to let it be", $"Remove the max-length of the policy that meets the fleet's queues. {ThenRedrive}"),
        ["rejected"] = new("MessageRejected", FailureBucket.Unknown, "was refused by a client that is no worker", $"Find out who consumes the fleet's queues beside the workers. {ThenRedrive}"),
    };

    /// <summary>The code of a dead letter's reason.</summary>
    public static string CodeOf(string reason) => (ByReason.GetValueOrDefault(reason) ?? Crash).Code;

    /// <summary>What to say of such a command; null of one that failed with an exception.</summary>
    public static BrokerLosses? Of(CommandDeadLettered dead) => ByReason.Values.Append(Crash).FirstOrDefault(loss => loss.Code == dead.ErrorType);
}
