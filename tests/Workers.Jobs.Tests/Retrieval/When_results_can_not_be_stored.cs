using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Workers.Contracts;
using Workers.Jobs.Failpoints;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Retrieval;
using Workers.Testing.Fleet;

namespace Workers.Jobs.Tests.Retrieval;

/// <summary>The folder of the results is full, read-only, forbidden or not there. What nobody could store is not paid, and what was paid waits.</summary>
internal sealed class When_results_can_not_be_stored : FleetTest
{
    [Test]
    public async Task No_task_is_asked_for_and_all_goes_on_by_itself()
    {
        await File.WriteAllTextAsync(ResultsRoot, "no folder");
        await StartFleet();
        Assert.That((await HealthAsync()).Description, Does.Contain("Retrieval:Root"));

        var jobId = await Submit();

        await Eventually(async () => await Find(jobId) is { State: nameof(JobLifecycle.Waiting), Trouble.Bucket: FailureBucket.Storage, Deferrals: > 1 }, () => "The job should wait for the folder.");
        Assert.That(Simulator.Ledger.Tasks, Is.Empty);
        Assert.That((await Find(jobId))!.AttemptsUsed, Is.Zero);
        Assert.That(await Stores.Failures.OfJobAsync(jobId, default), Is.Empty, "to wait for one's turn is no failure");

        File.Delete(ResultsRoot);

        await Heard<JobSucceeded>(e => e.JobId == jobId);
        Assert.That((await HealthAsync()).Status, Is.EqualTo(HealthStatus.Healthy));
    }

    [Test]
    public async Task What_was_paid_waits_in_place_and_is_never_a_failure()
    {
        await StartFleet();
        var consumed = new Consumed<RetrieveResult>();
        Fleet.Bus.ConnectConsumeMessageObserver(consumed);
        var go = Failpoints.PauseAt(Failpoint.Downloading);
        var jobId = await Submit();
        await Failpoints.ReachedAsync(Failpoint.Downloading);
        await Eventually(TakeFolderAway, () => "The folder should give way to a file, although it is tried again and again.");
        go.SetResult();
        var room = Fleet.Services.GetRequiredService<ResultsRoom>();
        await Eventually(() => Task.FromResult(room.Trouble is not null), () => "It should be seen that the folder is not there.");

        File.Delete(ResultsRoot);

        await Heard<JobSucceeded>(e => e.JobId == jobId);
        Assert.That(consumed.Count, Is.EqualTo(1), "one delivery, however long it waited");
        Assert.That(await Stores.Failures.OfJobAsync(jobId, default), Is.Empty);
        NothingIsPaidTwice();
    }

    [Test]
    public async Task Too_little_space_is_told_from_none()
    {
        Settings["Retrieval:LeastFreeBytes"] = $"{long.MaxValue}";
        await StartFleet();

        var health = await HealthAsync();

        Assert.That(health.Status, Is.EqualTo(HealthStatus.Unhealthy));
        Assert.That(health.Description, Does.Contain("Retrieval:LeastFreeBytes"));
    }

    /// <summary>As a process that asks for tasks and mounts no folder.</summary>
    [Test]
    public async Task Whoever_does_not_see_the_folder_reads_of_it_in_the_store()
    {
        await StartFleet();
        var now = Fleet.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        await Stores.Accounts.PauseAsync(ResultsRoom.Record, new(FailureBucket.Storage, "The folder is full.", now, now.AddMinutes(3)), default);
        var room = Fleet.Services.GetRequiredService<ResultsRoom>();
        await room.LookAsync(default);

        var jobId = await Submit();

        await Eventually(async () => await Find(jobId) is { State: nameof(JobLifecycle.Waiting), Trouble.Reason: "The folder is full." }, () => "The job should wait for the folder of others.");
        Assert.That(Simulator.Ledger.Tasks, Is.Empty);
        await Heard<JobSucceeded>(e => e.JobId == jobId);
    }

    /// <summary>Whoever tries the folder meanwhile makes it anew.</summary>
    private Task<bool> TakeFolderAway()
    {
        try
        {
            if (Directory.Exists(ResultsRoot))
            {
                Directory.Delete(ResultsRoot, recursive: true);
            }

            File.WriteAllText(ResultsRoot, "no folder");
            return Task.FromResult(true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Task.FromResult(false);
        }
    }

    private Task<HealthCheckResult> HealthAsync() =>
        ActivatorUtilities.CreateInstance<ResultsHealth>(Fleet.Services).CheckHealthAsync(new HealthCheckContext());
}
