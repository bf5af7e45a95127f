using System.Security.Cryptography;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;
using Workers.Simulator;
using Workers.Testing.Fleet;

namespace Workers.Jobs.Tests.Retrieval;

/// <summary>What was paid is stored, whatever its server says of it; and what can't be stored yet is neither thrown away nor called lost.</summary>
internal sealed class When_outputs_come_oddly : FleetTest
{
    private JumpingTime _clock = null!;

    [SetUp]
    public void SetClock()
    {
        Time = _clock = new JumpingTime(TimeScale);
        Settings["Http:DownloadIdleTimeout"] = "00:10:00"; // wide enough for a slow machine
        Settings["Lifecycle:JobTimeout"] = "5.00:00:00";
    }

    [Test]
    public async Task A_type_that_says_nothing_and_an_encoding_that_nobody_asked_for_are_no_reason_to_refuse_it()
    {
        await StartFleet();
        Guid[] jobs =
        [
            await Submit(Submission("a [simulate download media-type application/octet-stream]", "a")),
            await Submit(Submission("b [simulate download media-type binary/octet-stream]", "b")),
            await Submit(Submission("c [simulate download encode gzip]", "c")),
            await Submit(Submission("d [simulate download encode br]", "d")),
            await Submit(Submission("e [simulate download encode deflate]", "e")),
        ];

        foreach (var jobId in jobs)
        {
            var output = (await Heard<JobSucceeded>(e => e.JobId == jobId)).Outputs.Single();
            Assert.That(output.MediaType, Is.EqualTo("video/mp4"));
            Assert.That(output.Sha256, Is.EqualTo(Simulator.Ledger.OutputSha256((await Find(jobId))!.TaskId!)));
        }

        NothingIsPaidTwice();
    }

    [Test]
    public async Task First_downloads_that_are_refused_are_made_again_with_a_fresh_address()
    {
        await StartFleet();

        var jobId = await Submit(Submission("a lighthouse [simulate download not-yet 404 2m]"));

        await Heard<JobSucceeded>(e => e.JobId == jobId);
        Assert.That(Requests(Operation.Download, 404), Has.Count.GreaterThan(1));
        Assert.That(Requests(Operation.Get, 200), Has.Count.GreaterThanOrEqualTo(2), "asked for a fresh address between");
        Assert.That(Events.Of<JobBlocked>(), Is.Empty);
    }

    [Test]
    public async Task They_are_made_again_for_as_long_as_the_address_lives()
    {
        Settings["Sweep:FirstCheck"] = "00:05:00";
        await StartFleet();

        // Longer than all redeliveries of one message together.
        var jobId = await Submit(Submission("a lighthouse [simulate download not-yet 403 3h]"));
        await Eventually(async () => (await Stores.Failures.OfJobAsync(jobId, default)).Any(failure => failure.Code == "OutputRefused"), () => "It should be on record that the output is refused.");
        Assert.That((await Find(jobId))!.State, Is.EqualTo(nameof(JobLifecycle.Retrieving)));

        _clock.Jump(TimeSpan.FromHours(4));

        await Heard<JobSucceeded>(e => e.JobId == jobId);
        Assert.That(Events.Of<JobBlocked>(), Is.Empty);
    }

    [Test]
    public async Task Outputs_that_want_the_key_get_it_where_the_account_says_so()
    {
        await StartProvider();
        Settings["Accounts:main:OutputKeyHosts:0"] = Simulator.Root.Authority;
        await StartFleet();

        var jobId = await Submit(Submission("a lighthouse [simulate download want-key]"));

        await Heard<JobSucceeded>(e => e.JobId == jobId);
        Assert.That(Requests(Operation.Download, 401), Is.Empty);
    }

    [Test]
    public async Task Without_that_the_job_waits_for_somebody_and_is_told_what_to_do()
    {
        await StartFleet();

        var jobId = await Submit(Submission("a lighthouse [simulate download want-key]"));

        var blocked = await Heard<JobBlocked>(e => e.JobId == jobId);
        Assert.That(blocked.Bucket, Is.EqualTo(FailureBucket.Auth));
        Assert.That(blocked.Fix, Does.Contain("OutputKeyHosts").And.Not.Contain("PayAgain"));
    }

    [Test]
    public async Task A_redirect_to_no_address_throws_nothing()
    {
        await StartFleet();

        var jobId = await Submit(Submission("a lighthouse [simulate download redirect //]"));

        var blocked = await Heard<JobBlocked>(e => e.JobId == jobId);
        Assert.That((await Find(jobId))!.Trouble!.Code, Is.EqualTo("AddressRefused"));
        Assert.That(blocked.Fix, Does.Not.Contain("PayAgain"));
        Assert.That(Requests(Operation.Download, 302), Has.Count.EqualTo(1), "it would be the same each time");
    }

    [Test]
    public async Task A_drip_is_given_up_and_fetched_again()
    {
        Settings["Http:DownloadIdleTimeout"] = "00:00:20";
        await StartFleet();

        var jobId = await Submit(Submission("a lighthouse [simulate download once drip]"));

        await Heard<JobSucceeded>(e => e.JobId == jobId);
        Assert.That(Requests(Operation.Download, 200), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task What_was_refused_is_kept_aside_and_can_be_accepted()
    {
        await StartFleet();
        var jobId = await Submit(Submission() with { Expect = new ResultExpectation { MinBytes = 1_000_000_000 } });
        var blocked = await Heard<JobBlocked>(e => e.JobId == jobId);
        Assert.That(blocked.Fix, Does.Contain("workers accept").And.Match("accept.*PayAgain"), "paying again is the last advice");
        var aside = (await Find(jobId))!.Outputs.Single();
        Assert.That(aside.Path, Is.EqualTo($"{Tenant}/{jobId}/aside/1-video.mp4"));
        Assert.That(await HashOf(aside), Is.EqualTo(aside.Sha256).And.EqualTo(Simulator.Ledger.OutputSha256(Simulator.Ledger.Tasks.Single().Id)));

        await Fleet.Bus.Publish(new ResumeJob { JobId = jobId, TenantId = Tenant, RequestedBy = "ada", Accept = true });

        var output = (await Heard<JobSucceeded>(e => e.JobId == jobId)).Outputs.Single();
        Assert.That(output, Is.EqualTo(aside with { Path = $"{Tenant}/{jobId}/video.mp4" }));
        Assert.That(await HashOf(output), Is.EqualTo(aside.Sha256));
        Assert.That(Requests(Operation.Download, 200), Has.Count.EqualTo(1), "nothing is fetched twice");
        Assert.That(Directory.GetFiles(Path.Combine(ResultsRoot, Tenant, jobId.ToString(), "aside")), Is.Empty);
        NothingIsPaidTwice();
    }

    [Test]
    public async Task A_page_in_an_outputs_place_is_asked_for_again()
    {
        await StartFleet();

        var jobId = await Submit(Submission("a lighthouse [simulate download once not-json]"));

        await Heard<JobSucceeded>(e => e.JobId == jobId);
        Assert.That(Requests(Operation.Download, 200), Has.Count.EqualTo(2));
    }

    private List<RecordedRequest> Requests(Operation operation, int status) =>
        [.. Simulator.Ledger.Requests.Where(request => request.Operation == operation && request.Status == status)];

    private async Task<string> HashOf(ResultOutput output)
    {
        await using var stored = File.OpenRead(Path.Combine(ResultsRoot, output.Path));
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stored));
    }
}
