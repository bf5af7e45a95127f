using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Workers.Contracts;
using Workers.Jobs.Failpoints;
using Workers.Jobs.Lifecycle;
using Workers.Testing.Fleet;

namespace Workers.Jobs.Tests.Fleet;

/// <summary>Unique words in everything that is a tenant's, a user's or a secret: none may turn up outside the job's own record and the provider call.</summary>
internal sealed class When_content_is_confidential : FleetTest
{
    private const string Canary = "canary7f3a";
    private const string Key = $"key-{Canary}";

    [Test]
    public async Task It_is_in_no_log_no_message_no_failure_and_no_event()
    {
        using var recording = new Recording();
        SimulatorOptions.ApiKeys = new Dictionary<string, string> { [Key] = "account-1" };
        SimulatorOptions.OutputPaddingBytes = 4 << 20; // so that what is truncated breaks off while it is read
        Settings["Accounts:main:ApiKey"] = Key;
        Settings["Submission:CallMargin"] = "00:01:00";
        Settings["Http:CreateTimeout"] = "00:01:00";
        Settings["Submission:SettleTime"] = "00:00:10";
        await StartFleet(services => services.AddLogging(logging => logging.ClearProviders().AddProvider(recording).SetMinimumLevel(LogLevel.Trace)
            .AddFilter(null, LogLevel.Trace).AddFilter("MassTransit", LogLevel.Trace).AddFilter("Polly", LogLevel.Trace)));
        Fleet.Bus.ConnectPublishObserver(recording);
        Fleet.Bus.ConnectSendObserver(recording);

        // One command is thrown out for good, with the whole of its message and its exception.
        var broken = WithEverything("a lighthouse", "broken");
        Failpoints.Arm(Failpoint.BeforeAttempt, async _ =>
        {
            if ((await Find(JobIdentity.JobId(broken)))?.State == nameof(JobLifecycle.Submitting))
            {
                throw new InvalidOperationException("The test throws it out.");
            }
        });
        var deadLettered = await Submit(broken);
        await Heard<JobBlocked>(e => e.JobId == deadLettered);
        Failpoints.Disarm(Failpoint.BeforeAttempt);

        var jobs = new List<Guid>
        {
            await Submit(WithEverything("a lighthouse", "fine")),
            await Submit(WithEverything("a lighthouse [simulate create once drop-response]", "lost")),
            await Submit(WithEverything("a lighthouse [simulate create answer 400 InputTextSensitiveContentDetected]", "refused")),
            await Submit(WithEverything("a lighthouse [simulate task moderate]", "moderated")),
            await Submit(WithEverything("a lighthouse [simulate download once truncate]", "truncated")),
            await Submit(WithEverything("a lighthouse", "bad-parameter", ("ratio", $"{Canary}:9"))),
            await Submit(WithEverything("a lighthouse", "bad-name", (Canary, 1))),
            await Submit(WithEverything("a lighthouse [simulate task stay-queued]", "cancelled")),
        };
        await Heard<JobStarted>(e => e.JobId == jobs[^1]);
        await Fleet.Bus.Publish(new CancelJob { JobId = jobs[^1], TenantId = Tenant, RequestedBy = $"by-{Canary}", Reason = $"because {Canary}" });
        await Eventually(
            async () => (await Task.WhenAll(jobs.Select(Find))).All(job => job is not null && JobSteps.PhaseOf(job.State) != Phase.InProgress),
            () => "All jobs should end.");
        await Fleet.Bus.Publish(WithEverything("a lighthouse", $"not a key {Canary}") with { Tags = [$"not a tag {Canary}"] });
        await Heard<SubmissionRejected>(_ => true);

        var failures = (await Task.WhenAll(jobs.Append(deadLettered).Select(job => Stores.Failures.OfJobAsync(job, default)))).SelectMany(failure => failure).ToArray();
        var troubles = (await Task.WhenAll(jobs.Append(deadLettered).Select(Find))).Select(job => JsonSerializer.Serialize(job!.Trouble));
        Assert.Multiple(() =>
        {
            Assert.That(recording.Lines, Has.Count.GreaterThan(500), "the log was recorded");
            Assert.That(recording.Bodies, Has.Count.GreaterThan(40), "the bus was recorded");
            Assert.That(failures, Has.Length.GreaterThanOrEqualTo(5));
            Assert.That(recording.Lines.Where(line => line.Contains(Canary, StringComparison.Ordinal)), Is.Empty, "log");
            Assert.That(
                recording.Bodies.Where(body => body.Type is not nameof(SubmitJob) and not nameof(ResumeJob) and not nameof(CancelJob) && body.Body.Contains(Canary, StringComparison.Ordinal)),
                Is.Empty,
                "bus");
            Assert.That(
                recording.Lines.Concat(recording.Bodies.Select(body => body.Body)).Where(text => text.Contains("X-Tos-Signature", StringComparison.Ordinal)),
                Is.Empty,
                "the signed address of an output is a secret");
            Assert.That(failures.Select(failure => $"{failure}").Where(failure => failure.Contains(Canary, StringComparison.Ordinal)), Is.Empty, "failures");
            Assert.That(troubles.Where(trouble => trouble.Contains(Canary, StringComparison.Ordinal)), Is.Empty, "troubles");
            Assert.That(
                Events.Of<SubmissionRejected>().SelectMany(rejected => rejected.Faults).Where(fault => $"{fault}".Contains(Canary, StringComparison.Ordinal)),
                Is.Empty,
                "faults");
            Assert.That(Simulator.Ledger.Tasks.Select(task => task.SafetyIdentifier), Is.All.Not.Null.And.All.Not.Contains(Canary), "the user is a hash");
        });
    }

    /// <summary>A job with a canary in every place that content or a secret can be.</summary>
    private SubmitJob WithEverything(string prompt, string key, params (string Name, object Value)[] parameters)
    {
        var plain = Submission($"{prompt} {Canary}", key, parameters);
        return plain with
        {
            UserId = $"user-{Canary}",
            Tags = [$"tag-{Canary}", Canary],
            Input = plain.Input! with
            {
                References =
                [
                    new Reference { Uri = $"{Simulator.Root}samples/first.png?signature={Canary}", Kind = "image", Role = "first_frame", Version = $"version-{Canary}" },
                ],
            },
        };
    }
}
