using Workers.Contracts;
using Workers.Jobs.Failures;
using Workers.Jobs.Lifecycle;

namespace Workers.RabbitMq.Tests.Corpus;

/// <summary>What the messages in <c>v2</c> say: costs that nobody knows yet, and what the provider said. Never changed.</summary>
internal static class MessagesV2
{
    private const string Said = "429 rate_limit_exceeded, message 1f2e3d4c5b6a, 34 bytes";

    /// <summary>By the names of the files.</summary>
    public static IReadOnlyDictionary<string, object> Envelopes { get; } = new object[]
    {
        Before<SubmissionDeferred>() with { Trouble = Trouble() },
        Before<SubmissionFailed>() with { Trouble = Trouble() },
        Before<RetrievalFailed>() with { Trouble = Trouble() },
        Before<TaskEnded>() with { Trouble = Trouble(), Missing = ["usage", "created_at"] },
        Before<FailureObserved>() with { Said = Said },
        Before<JobStarted>(),
        Before<JobBlocked>() with { Cost = Cost() },
        Before<JobSucceeded>() with { Cost = Cost() },
        Before<JobFailed>() with { Cost = Cost(), Fix = "Change the prompt." },
        Before<JobCancelled>() with { Cost = Cost() },
    }.ToDictionary(message => MessageCorpus.NameOf(message.GetType()));

    private static T Before<T>() => (T)MessagesV1.Envelopes[MessageCorpus.NameOf(typeof(T))];

    private static JobTrouble Trouble() => Before<RetrievalFailed>().Trouble with { Said = Said };

    private static JobCost Cost() => new() { Estimated = 0.123456789m, Actual = 1234567.89m, Unknown = 1, Currency = "USD" };
}
