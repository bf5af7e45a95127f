using System.Globalization;
using MongoDB.Bson;
using MongoDB.Driver;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Submission;
using Workers.MongoDb.Connections;
using Workers.MongoDb.Lifecycle;
using Workers.Testing;

namespace Workers.Benchmarks.Million;

/// <summary>Fills a store with jobs and their attempts, as the product writes them: so many that run, whose attempts come due, and as much history as is asked for.</summary>
internal static class StoredJobs
{
    public const int Running = 2_000;
    public const int Accounts = 20;
    public const int Tenants = 51; // prime to the states: each tenant has some of each

    private const int Bulk = 500;

    /// <summary>When the last job was submitted; they came one a second.</summary>
    public static DateTimeOffset End { get; } = TimeProvider.System.GetUtcNow();

    /// <returns>Some of the jobs' ids.</returns>
    public static async Task<IReadOnlyList<Guid>> FillAsync(Store store, int jobs)
    {
        Guid[] ids = [.. Enumerable.Range(0, jobs).Select(_ => Guid.NewGuid())];
        var (jobDocuments, attemptDocuments) = (store.Database.GetCollection<BsonDocument>("jobs"), store.Database.GetCollection<BsonDocument>("attempts"));
        await Parallel.ForEachAsync(Enumerable.Range(0, jobs).Chunk(Bulk), new ParallelOptions { MaxDegreeOfParallelism = 3 }, async (numbers, stop) =>
        {
            var made = numbers.Select(number => Make(number, jobs, ids[number])).ToList();
            await store.RunAsync(
                async token =>
                {
                    await jobDocuments.InsertManyAsync(made.Select(one => JobDocuments.Write(one.Job)), new InsertManyOptions { IsOrdered = false }, token);
                    await attemptDocuments.InsertManyAsync(made.Select(one => one.Attempt.ToBsonDocument().Add("schema", 1)), new InsertManyOptions { IsOrdered = false }, token);
                    return true;
                },
                stop);
        });
        return [.. ids.Where((_, number) => number % Math.Max(1, jobs / 2_000) == 0)];
    }

    /// <summary>Of twenty that are over sixteen have succeeded, two failed, one was cancelled and one is blocked; the newest run.</summary>
    private static (Job Job, Attempt Attempt) Make(int number, int jobs, Guid id)
    {
        var submitted = End - TimeSpan.FromSeconds(jobs - number);
        var state = number >= jobs - Running ? nameof(JobLifecycle.Running) : (number % 20) switch
        {
            0 => nameof(JobLifecycle.Blocked),
            1 => nameof(JobLifecycle.Cancelled),
            2 or 3 => nameof(JobLifecycle.Failed),
            _ => nameof(JobLifecycle.Succeeded),
        };
        var runs = state == nameof(JobLifecycle.Running);
        var job = Some.Job();
        job.CorrelationId = id;
        job.Version = 6;
        job.State = state;
        job.TenantId = string.Create(CultureInfo.InvariantCulture, $"tenant-{number % Tenants}");
        job.IdempotencyKey = string.Create(CultureInfo.InvariantCulture, $"job-{number}");
        job.Account = string.Create(CultureInfo.InvariantCulture, $"a{number % Accounts}");
        job.SubmittedHash = id.ToString("N") + id.ToString("N");
        job.SubmittedAt = submitted;
        job.ChangedAt = submitted.AddMinutes(2);
        job.Deadline = submitted.AddDays(1);
        job.NextCheckAt = runs ? submitted.AddMinutes(10) : null;
        job.Input = new JobInput { Model = "dreamina-seedance-2-0-260128", Prompt = "A fox walks through deep snow toward a lighthouse, at dusk, in the manner of an old film." };
        job.TaskId = string.Create(CultureInfo.InvariantCulture, $"cgt-{number}-{id:N}");
        job.Timeline = [.. new[] { "Waiting", "Submitting", "Running", state }.Select((word, index) => new TimelineEntry(submitted.AddSeconds(index), word, null))];
        job.Outputs = state == nameof(JobLifecycle.Succeeded) ? [new ResultOutput { Name = "video", Path = $"{job.TenantId}/{id:N}/video.mp4", MediaType = "video/mp4", Bytes = 1 << 20, Sha256 = job.SubmittedHash }] : [];
        var attempt = Some.Attempt(runs ? AttemptState.Live : AttemptState.Closed) with
        {
            Id = AttemptId.Of(job),
            TenantId = job.TenantId,
            Account = job.Account,
            TaskId = job.TaskId,
            OpenedAt = submitted,
            DueAt = runs ? submitted.AddMinutes(1) : null,
        };
        return (job, attempt);
    }
}
