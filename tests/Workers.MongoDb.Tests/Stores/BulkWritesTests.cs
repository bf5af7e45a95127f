using Workers.Jobs.Submission;
using Workers.MongoDb.Submission;
using Workers.MongoDb.Tests.Recording;
using Workers.Testing;

namespace Workers.MongoDb.Tests.Stores;

/// <summary>What is the same for many documents is one write, of all of them: a server plans each write of a bulk by itself.</summary>
internal sealed class BulkWritesTests
{
    private static readonly int[] IdsOfEach = [98, 1, 1];

    [Test]
    public async Task TheTasksOfARoundThatStillRunAreOneWriteAndEachEndIsOneOfItsOwn()
    {
        RecordingDatabase database = new();
        using var store = database.Open();

        await new MongoAttempts(store).SaveRoundAsync(
            [
                .. Enumerable.Range(0, 98).Select(_ => new AttemptSighting(Some.AttemptId(), Some.Time, new AttemptWatch { Polls = 3 })),
                new(Some.AttemptId(), Some.Time, new AttemptWatch { Polls = 4 }),
                new(Some.AttemptId(), Some.Time, new AttemptWatch { Polls = 3 }, Some.End()),
            ],
            default);

        Assert.That(database.Reads.Select(write => write.Filter["_id"]["$in"].AsBsonArray.Count), Is.EqualTo(IdsOfEach));
    }
}
