using Workers.Contracts;

namespace Workers.RabbitMq.Tests.Corpus;

/// <summary>What the messages in <c>v3</c> say: which message an answer is for. Never changed.</summary>
internal static class MessagesV3
{
    private const string Sent = "order 7, line 2";

    /// <summary>By the names of the files.</summary>
    public static IReadOnlyDictionary<string, object> Envelopes { get; } = new object[]
    {
        Before<JobAccepted>() with { IdempotencyKey = "order-7", MessageId = Sent },
        Before<SubmissionRejected>() with { MessageId = Sent },
        Before<CommandRejected>() with { MessageId = Sent },
    }.ToDictionary(message => MessageCorpus.NameOf(message.GetType()));

    private static T Before<T>() => (T)MessagesV1.Envelopes[MessageCorpus.NameOf(typeof(T))];
}
