using System.Runtime.CompilerServices;
using MongoDB.Bson;
using Workers.Jobs.Lifecycle;
using Workers.MongoDb.Documents;

namespace Workers.MongoDb.Lifecycle;

/// <summary>Jobs as documents. What a newer version of the fleet has put into one is carried over when this version writes it again.</summary>
internal static class JobDocuments
{
    /// <summary>Raised with each change of the documents' shape.</summary>
    private const int Schema = 1;

    /// <summary>What each job was read from, as long as the job is in somebody's hands.</summary>
    private static readonly ConditionalWeakTable<Job, StoredDocument> Sources = [];

    static JobDocuments() => DocumentMap.EnsureRegistered();

    public static Job Read(StoredDocument stored)
    {
        var job = stored.Read<Job>();
        Sources.Add(job, stored);
        return job;
    }

    /// <summary>The document of a job that was read or made here.</summary>
    public static BsonDocument Write(Job job)
    {
        var document = WriteKnown(job);
        return Sources.TryGetValue(job, out var source) ? CarryOver(source, document) : document;
    }

    private static BsonDocument WriteKnown(Job job)
    {
        var document = job.ToBsonDocument();
        document["schema"] = Schema;
        if (job.State is nameof(JobLifecycle.Succeeded) or nameof(JobLifecycle.Failed) or nameof(JobLifecycle.Cancelled))
        {
            document["endedAt"] = document["changedAt"]; // what the pruner looks for: in its index are ended jobs only
        }

        return document;
    }

    /// <summary>What this version does not know stays, as does every element that it did not change, with whatever lies within.</summary>
    private static BsonDocument CarryOver(StoredDocument source, BsonDocument document)
    {
        var known = WriteKnown(source.Read<Job>());
        if (known.ToBson().AsSpan().SequenceEqual(source.Bytes.Span))
        {
            return document;
        }

        foreach (var element in source.ReadAll().Where(element => !known.Contains(element.Name) || (document.TryGetValue(element.Name, out var now) && now == known[element.Name])))
        {
            document[element.Name] = element.Value;
        }

        return document;
    }
}
