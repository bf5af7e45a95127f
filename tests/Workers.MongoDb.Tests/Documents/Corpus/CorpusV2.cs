using Workers.Contracts;
using Workers.Jobs.Costs;
using Workers.Jobs.Failures;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Submission;

namespace Workers.MongoDb.Tests.Documents.Corpus;

/// <summary>What the documents in <c>v2</c> say: costs that nobody knows yet, and what the provider said. Never changed.</summary>
internal static class CorpusV2
{
    private const string Said = "429 rate_limit_exceeded, message 1f2e3d4c5b6a, 34 bytes";

    /// <summary>By the names of the files.</summary>
    public static IReadOnlyDictionary<string, object> Objects { get; } = new Dictionary<string, object>
    {
        ["jobs.full"] = FullJob(),
        ["jobs.unknown_cost"] = UnknownCost(),
        ["attempts.full"] = FullAttempt(),
        ["results.full"] = FullResult(),
        ["results.unknown"] = FullResult() with { Usage = new TaskUsage { DurationSeconds = 5 } },
        ["failures.full"] = (Failure)CorpusV1.Objects["failures.full"] with { Said = Said },
        ["costs.unknown"] = (CostRecord)CorpusV1.Objects["costs.full"] with { Actual = null },
    };

    internal static Job FullJob()
    {
        var job = CorpusV1.FullJob();
        job.ToldCost = Cost();
        job.Trouble = job.Trouble! with { Said = Said };
        return job;
    }

    private static Job UnknownCost()
    {
        var job = CorpusV1.FullJob();
        job.Costs = new Dictionary<int, AttemptCost> { [1] = new(0.10m, null), [2] = new(0.5m, 0) };
        return job;
    }

    private static Attempt FullAttempt()
    {
        var attempt = (Attempt)CorpusV1.Objects["attempts.full"];
        return attempt with
        {
            End = attempt.End! with { Missing = ["usage", "created_at"], Failure = attempt.End.Failure! with { Said = Said } },
            Failure = attempt.Failure! with { Said = Said },
        };
    }

    private static JobResult FullResult() => (JobResult)CorpusV1.Objects["results.full"] with { Cost = Cost() };

    private static JobCost Cost() => new() { Estimated = 0.123456789m, Actual = 1234567.89m, Unknown = 1, Currency = "USD" };
}
