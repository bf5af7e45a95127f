using System.Net.Http.Headers;
using System.Net.Http.Json;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;

namespace Workers.Testing.Fleet;

/// <summary>What people do: to the fleet by command, and to the provider past it.</summary>
public abstract partial class FleetTest
{
    /// <summary>Who gives the commands of these tests.</summary>
    protected const string Operator = "ada";

    /// <summary>An input that nothing is wrong with, unlike any other.</summary>
    protected static JobInput Corrected(string prompt = "a quiet harbour") => Submission(prompt).Input!;

    protected Task Resume(Guid jobId, JobInput? input = null, Settlement? settlement = null, bool payAgain = false, string tenant = Tenant) =>
        Fleet.Bus.Publish(new ResumeJob { JobId = jobId, TenantId = tenant, RequestedBy = Operator, Input = input, Settlement = settlement, PayAgain = payAgain });

    protected Task Settle(Guid jobId, string? taskId = null, bool notCreated = false) =>
        Resume(jobId, settlement: new Settlement { TaskId = taskId, NotCreated = notCreated, SettledBy = Operator });

    protected Task Cancel(Guid jobId, string tenant = Tenant) =>
        Fleet.Bus.Publish(new CancelJob { JobId = jobId, TenantId = tenant, RequestedBy = Operator });

    /// <summary>Submits a job that is going to be blocked, and waits until its client has heard of that.</summary>
    protected async Task<Job> BlockAsync(SubmitJob submission, FailureBucket bucket)
    {
        var jobId = await Submit(submission);
        return await JobShouldBeBlocked(jobId, bucket);
    }

    /// <summary>Waits until the client has heard that a job is blocked, for the so-manieth time.</summary>
    protected async Task<Job> JobShouldBeBlocked(Guid jobId, FailureBucket bucket, int times = 1)
    {
        await Eventually(
            async () => Blocks(jobId).Length >= times && (await Find(jobId))!.State == nameof(JobLifecycle.Blocked),
            () => $"Job {jobId} should be blocked {times} times, and was so {Blocks(jobId).Length} times.");
        Assert.That(Blocks(jobId)[^1].Bucket, Is.EqualTo(bucket), Blocks(jobId)[^1].Reason);
        return (await Find(jobId))!;
    }

    /// <summary>Waits until a command for a job is rejected, and gives the reason.</summary>
    protected async Task<string> CommandShouldBeRejected<TCommand>(Guid jobId)
    {
        var rejected = await Heard<CommandRejected>(e => e.JobId == jobId && e.Command == typeof(TCommand).Name);
        return rejected.Reason;
    }

    /// <summary>Waits until a job has gone through some states in a row, the last of them the present one.</summary>
    protected async Task<Job> JobShouldGoThrough(Guid jobId, params string[] states)
    {
        await Eventually(
            async () => PathOf(await Find(jobId)).TakeLast(states.Length).SequenceEqual(states),
            () => $"Job {jobId} should go through {string.Join(", ", states)}.");
        return (await Find(jobId))!;
    }

    /// <summary>The states that a job went through, in order.</summary>
    protected static IReadOnlyList<string> PathOf(Job? job) => [.. job?.Timeline.Select(entry => entry.State) ?? []];

    /// <summary>Fails unless the provider was made to make so many tasks, and none of one job while another was alive or paid.</summary>
    protected void TasksShouldBe(int count)
    {
        Assert.That(Simulator.Ledger.Tasks, Has.Count.EqualTo(count), "tasks");
        NothingIsPaidTwice();
    }

    /// <summary>Cancels a task, or deletes its record, as somebody with the account's key can.</summary>
    protected async Task DeleteAtProvider(string taskId)
    {
        using var provider = Provider();
        using var response = await provider.DeleteAsync(new Uri($"contents/generations/tasks/{taskId}", UriKind.Relative));
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Makes a task past the fleet, as like the fleet's own as can be.</summary>
    /// <returns>Its id.</returns>
    protected async Task<string> MakeTaskAtProvider(int executionExpiresAfter)
    {
        using var provider = Provider();
        using var response = await provider.PostAsJsonAsync("contents/generations/tasks", new
        {
            model = Submission().Input!.Model,
            content = new[] { new { type = "text", text = "somebody else's lighthouse" } },
            execution_expires_after = executionExpiresAfter,
        });
        response.EnsureSuccessStatusCode();
        return Simulator.Ledger.Tasks[^1].Id;
    }

    private JobBlocked[] Blocks(Guid jobId) => [.. Events.Of<JobBlocked>().Where(e => e.JobId == jobId).DistinctBy(e => e.At)];

    private HttpClient Provider()
    {
        var http = new HttpClient { BaseAddress = Simulator.BaseAddress };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "simulator-key");
        return http;
    }
}
