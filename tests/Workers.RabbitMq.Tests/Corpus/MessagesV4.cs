using Workers.Contracts;
using Workers.Jobs.Lifecycle;

namespace Workers.RabbitMq.Tests.Corpus;

/// <summary>What the messages in <c>v4</c> say: outputs that were refused are kept aside, and a person may accept them. Never changed.</summary>
internal static class MessagesV4
{
    private static ResumeJob Resumption { get; } = ((ResumeJob)MessagesV1.Envelopes[MessageCorpus.NameOf(typeof(ResumeJob))]) with { Accept = true };

    private static RetrievalFailed Refused { get; } = ((RetrievalFailed)MessagesV2.Envelopes[MessageCorpus.NameOf(typeof(RetrievalFailed))]) with
    {
        Outputs = [new ResultOutput { Name = "video", Path = "studio/job/aside/video.bin", MediaType = "text/html", Bytes = 512, Sha256 = "0c0d" }],
    };

    /// <summary>By the names of the files, raw bodies of the intake among them.</summary>
    public static IReadOnlyDictionary<string, object> All { get; } = new Dictionary<string, object>
    {
        [MessageCorpus.NameOf(typeof(RetrievalFailed))] = Refused,
        [MessageCorpus.NameOf(typeof(ResumeJob))] = Resumption,
        [MessageCorpus.Raw + MessageCorpus.NameOf(typeof(ResumeJob))] = Resumption,
    };
}
