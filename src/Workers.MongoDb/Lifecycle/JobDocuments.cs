using System.Runtime.CompilerServices;
using MongoDB.Bson;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;
using Workers.MongoDb.Documents;

namespace Workers.MongoDb.Lifecycle;

/// <summary>Jobs as documents. What a newer version of the fleet has put into one is carried over when this version writes it again.</summary>
internal static class JobDocuments
{
    /// <summary>Raised with each change of the documents' shape.</summary>
    private const int Schema = 1;

    /// <summary>The element with the id of the last replacement, by which its writer knows it again.</summary>
    public const string WriteId = "write";

    /// <summary>What each job was read from, as long as the job is in somebody's hands.</summary>
    private static readonly ConditionalWeakTable<Job, StoredDocument> Sources = [];

    static JobDocuments() => DocumentMap.EnsureRegistered();

    public static Job Read(StoredDocument stored)
    {
        var job = stored.Read<Job>(MongoJobs.Collection);
        if (job.State.Length > 0 && !JobQuery.AllStates.Contains(job.State))
        {
            throw new UnreadableDocumentException(MongoJobs.Collection, stored.ReadAll()["_id"], new UnknownWordException("state", job.State, JobQuery.AllStates));
        }

        Sources.Add(job, stored);
        return job;
    }

    /// <summary>The document of a job that is new.</summary>
    public static BsonDocument Write(Job job) => Write(job, write: null);

    /// <summary>The document that is to stand in the place of what a job was read from.</summary>
    public static Replacement Replace(Job job)
    {
        var write = Guid.NewGuid();
        return new Replacement(job.CorrelationId, job.Version, write, Write(job, write));
    }

    private static BsonDocument Write(Job job, Guid? write)
    {
        var document = WriteKnown(job, write);
        return Sources.TryGetValue(job, out var source) ? CarryOver(source, document) : document;
    }

    private static BsonDocument WriteKnown(Job job, Guid? write)
    {
        var document = job.ToBsonDocument();
        document["schema"] = Schema;
        if (write is { } id)
        {
            document[WriteId] = new BsonBinaryData(id, GuidRepresentation.Standard);
        }

        if (JobSteps.PhaseOf(job.State) == Phase.Terminal)
        {
            document["endedAt"] = document["changedAt"]; // what the pruner looks for: in its index are ended jobs only
        }

        return document;
    }

    /// <summary>
    /// What this version does not know stays, as does every element that it did not change, with whatever lies within; so does the number of a newer schema. What it did change is one
    /// value, given anew; but a list has grown, and each of its entries is carried over by itself.
    /// </summary>
    private static BsonDocument CarryOver(StoredDocument source, BsonDocument document)
    {
        if (source.Find("schema") == document["schema"] && source.IsCoveredBy(document))
        {
            return document;
        }

        var known = WriteKnown(source.Read<Job>(MongoJobs.Collection), write: Guid.Empty);
        foreach (var (name, stored) in source.ReadAll().Select(element => (element.Name, element.Value)))
        {
            if (!known.TryGetValue(name, out var before))
            {
                document[name] = stored;
            }
            else if (document.TryGetValue(name, out var now))
            {
                document[name] = now == before ? stored : Entries(stored, before, now);
            }
        }

        return document;
    }

    private static BsonValue Entries(BsonValue stored, BsonValue before, BsonValue now)
    {
        if (now is not BsonArray entries || before is not BsonArray known || stored is not BsonArray all || known.Count != all.Count)
        {
            return now;
        }

        var sources = known.Zip(all).Where(pair => pair.First is BsonDocument && pair.Second is BsonDocument).Select(pair => (Known: pair.First.AsBsonDocument, Stored: pair.Second.AsBsonDocument)).ToList();
        return new BsonArray(entries.Select(entry => entry is BsonDocument document ? Entry(document, sources) : entry));
    }

    /// <summary>The first element of an entry tells it from the others; of two that share it, as states of one moment may, the one that is all the same is meant.</summary>
    private static BsonDocument Entry(BsonDocument entry, List<(BsonDocument Known, BsonDocument Stored)> sources)
    {
        var index = sources.FindIndex(source => source.Known == entry);
        index = index >= 0 ? index : sources.FindIndex(source => source.Known.GetElement(0) == entry.GetElement(0));
        if (index < 0)
        {
            return entry;
        }

        var (known, stored) = sources[index];
        sources.RemoveAt(index);
        var unknown = stored.GetValue(known.GetElement(0).Name, BsonNull.Value) == known.GetElement(0).Value ? stored.Elements.Where(element => !known.Contains(element.Name)) : [];
        return entry.AddRange(unknown);
    }
}
