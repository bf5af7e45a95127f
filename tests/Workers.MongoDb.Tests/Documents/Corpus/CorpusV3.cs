using Workers.Jobs.Lifecycle;

namespace Workers.MongoDb.Tests.Documents.Corpus;

/// <summary>What the documents in <c>v3</c> say: what a submission's sender calls it, for its replies. Never changed.</summary>
internal static class CorpusV3
{
    /// <summary>By the names of the files.</summary>
    public static IReadOnlyDictionary<string, object> Objects { get; } = new Dictionary<string, object> { ["jobs.full"] = FullJob() };

    private static Job FullJob()
    {
        var job = CorpusV2.FullJob();
        job.ReplyCorrelation = "order 7, line 2";
        return job;
    }
}
