using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Workers.Contracts;
using Workers.Jobs.Failpoints;
using Workers.Jobs.Lifecycle;
using Workers.Simulator;
using Workers.Testing.Fleet;

namespace Workers.Jobs.Tests.Retrieval;

internal sealed class When_outputs_are_fetched : FleetTest
{
    /// <summary>So that what breaks off does so after its headers: before them the call itself is tried again.</summary>
    private const long LargerThanBuffers = 8 << 20;

    private static readonly string[] Schema =
    [
        "schema", "jobId", "generation", "tenantId", "correlationId", "provider", "model", "taskId",
        "outputs", "outputs[].name", "outputs[].path", "outputs[].mediaType", "outputs[].bytes", "outputs[].sha256",
        "usage", "usage.tokens", "usage.durationSeconds", "usage.resolution", "usage.ratio",
        "cost", "cost.estimated", "cost.actual", "cost.currency",
        "submittedAt", "taskCreatedAt", "taskEndedAt", "retrievedAt",
    ];

    private JumpingTime _clock = null!;

    [SetUp]
    public void SetClock()
    {
        Time = _clock = new JumpingTime(TimeScale);
        Settings["Http:DownloadIdleTimeout"] = "00:10:00"; // wide enough for a slow machine
        Settings["Lifecycle:JobTimeout"] = "5.00:00:00";
    }

    [Test]
    public async Task An_output_that_breaks_off_is_fetched_again()
    {
        SimulatorOptions.OutputPaddingBytes = LargerThanBuffers;
        await StartFleet();

        var jobId = await Submit(Submission("a lighthouse [simulate download once truncate]"));

        var output = (await Heard<JobSucceeded>(e => e.JobId == jobId)).Outputs.Single();
        Assert.That(Downloads(), Has.Count.EqualTo(2));
        Assert.That(output.Sha256, Is.EqualTo(Simulator.Ledger.OutputSha256(Simulator.Ledger.Tasks.Single().Id)));
        Assert.That(await HashOf(output), Is.EqualTo(output.Sha256));
        FilesShouldBe(jobId, "result.json", "video.mp4");
    }

    [Test]
    public async Task An_output_that_always_breaks_off_blocks_the_job_with_its_money_told()
    {
        SimulatorOptions.OutputPaddingBytes = LargerThanBuffers;
        await StartFleet();

        var jobId = await Submit(Submission("a lighthouse [simulate download truncate]"));

        var blocked = await Heard<JobBlocked>(e => e.JobId == jobId);
        Assert.That(blocked.Bucket, Is.EqualTo(FailureBucket.ServerError));
        Assert.That(blocked.Cost.Actual, Is.EqualTo(Simulator.Ledger.Invoice.Single().AmountUsd));
        Assert.That(Downloads(), Has.Count.EqualTo(1 + RedeliveryOptions.Redeliveries));
        FilesShouldBe(jobId);
    }

    [Test]
    public async Task An_address_that_has_died_is_asked_for_anew()
    {
        await StartFleet();

        var jobId = await Submit(Submission("a lighthouse [simulate download once answer 403 AccessDenied]"));

        await Heard<JobSucceeded>(e => e.JobId == jobId);
        var afterTheRefusal = Simulator.Ledger.Requests.SkipWhile(request => request is not { Operation: Operation.Download, Status: 403 }).Skip(1);
        Assert.That(
            afterTheRefusal.Where(request => request.Operation != Operation.List).Select(request => (request.Operation, request.Status)),
            Is.EqualTo(new (Operation, int?)[] { (Operation.Get, 200), (Operation.Download, 200) }));
    }

    [Test]
    public async Task An_output_that_the_provider_no_longer_has_blocks_the_job()
    {
        Settings["Polling:RoundLease"] = "00:30:00";
        await StartFleet();
        var go = new TaskCompletionSource();
        Failpoints.Arm(Failpoint.RoundSaved, async token => await (Simulator.Ledger.LiveTasks.Count == 0 ? go.Task.WaitAsync(token) : Task.CompletedTask));
        var jobId = await Submit();
        await Eventually(async () => (await Find(jobId)) is not null && (await AttemptsOf(jobId)).Any(attempt => attempt.End is not null), () => "The task's end should be seen.");

        // ModelArk, get task: addresses of outputs live 24 hours.
        _clock.Jump(TimeSpan.FromHours(25));
        go.SetResult();

        var blocked = await Heard<JobBlocked>(e => e.JobId == jobId);
        Assert.That(blocked.Bucket, Is.EqualTo(FailureBucket.Timeout));
        Assert.That(blocked.Reason, Does.Contain("video").And.Contain("403"));
        Assert.That(blocked.Fix, Does.Contain("PayAgain"));
        Assert.That(blocked.Cost.Actual, Is.Positive);
        Assert.That((await Find(jobId))!.Trouble!.Code, Is.EqualTo("OutputGone"));
        FilesShouldBe(jobId);
    }

    [TestCaseSource(nameof(Mismatches))]
    public async Task An_output_that_is_not_as_expected_blocks_the_job_and_the_difference_is_named(string prompt, ResultExpectation? expect, int duration, string named)
    {
        await StartFleet();

        var jobId = await Submit(Submission(prompt, parameters: ("duration", duration)) with { Expect = expect });

        var blocked = await Heard<JobBlocked>(e => e.JobId == jobId);
        Assert.That(blocked.Bucket, Is.EqualTo(FailureBucket.SchemaMismatch));
        Assert.That(blocked.Reason, Does.Contain(named));
        Assert.That(blocked.Cost.Actual, Is.EqualTo(Simulator.Ledger.Invoice.Single().AmountUsd), "it was paid");
        Assert.That((await Find(jobId))!.Trouble!.Code, Is.EqualTo("NotAsExpected"));
        FilesShouldBe(jobId);
    }

    [Test]
    public async Task An_output_that_is_as_expected_in_everything_is_a_success()
    {
        await StartFleet();

        var jobId = await Submit(Submission(parameters: [("duration", 5), ("resolution", "720p")]) with
        {
            Expect = new ResultExpectation { MediaTypes = ["video/mp4"], MinBytes = 100, MaxBytes = 10_000_000, DurationSeconds = 5, Resolution = "720p" },
        });

        await Heard<JobSucceeded>(e => e.JobId == jobId);
    }

    [Test]
    public async Task The_last_frame_is_stored_too()
    {
        await StartFleet();

        var jobId = await Submit(Submission(parameters: ("return_last_frame", true)));

        var outputs = (await Heard<JobSucceeded>(e => e.JobId == jobId)).Outputs;
        Assert.That(outputs.Select(output => (output.Name, output.MediaType)), Is.EqualTo(new[] { ("video", "video/mp4"), ("last_frame", "image/png") }));
        Assert.That(await HashOf(outputs[1]), Is.EqualTo(Simulator.Ledger.OutputSha256(Simulator.Ledger.Tasks.Single().Id, "last_frame.png")));
        FilesShouldBe(jobId, "last_frame.png", "result.json", "video.mp4");
    }

    /// <summary>Others read this file: names are added to it, never changed or taken away.</summary>
    [Test]
    public async Task The_record_beside_the_files_has_the_stable_schema()
    {
        await StartFleet();

        var jobId = await Submit(Submission(parameters: [("duration", 5), ("resolution", "720p"), ("ratio", "16:9")]));

        await Heard<JobSucceeded>(e => e.JobId == jobId);
        using var record = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(FolderOf(jobId), "result.json")));
        Assert.That(Names(record.RootElement, ""), Is.EqualTo(Schema));
        Assert.That(record.RootElement.GetProperty("schema").GetInt32(), Is.EqualTo(1));
        Assert.That(record.RootElement.GetProperty("outputs")[0].GetProperty("sha256").GetString(), Is.EqualTo(Simulator.Ledger.OutputSha256(Simulator.Ledger.Tasks.Single().Id)));
    }

    [Test]
    public async Task A_second_delivery_at_the_same_time_stores_nothing_twice()
    {
        await StartFleet();
        var consumed = new Consumed<RetrieveResult>();
        Fleet.Bus.ConnectConsumeMessageObserver(consumed);
        var go = Failpoints.PauseAt(Failpoint.BeforeResult);
        var jobId = await Submit();
        await Failpoints.ReachedAsync(Failpoint.BeforeResult);

        var command = Command((await Find(jobId))!);
        await Fleet.Bus.Publish(command);
        await Eventually(() => Task.FromResult(Downloads().Count == 2), () => "The second delivery should fetch, too: it can't know of the first.");
        go.SetResult();

        var succeeded = await Heard<JobSucceeded>(e => e.JobId == jobId);
        await Eventually(() => Task.FromResult(consumed.Count == 2), () => "Both deliveries should come to their end.");
        Assert.That(succeeded.Outputs, Is.EqualTo((await Stores.Results.FindAsync(jobId, (await Find(jobId))!.Generation, default))!.Outputs));
        FilesShouldBe(jobId, "result.json", "video.mp4");

        // And one that comes when all is done does nothing at all.
        await Fleet.Bus.Publish(command);
        await Eventually(() => Task.FromResult(consumed.Count == 3), () => "The late delivery should come to its end.");
        Assert.That(Downloads(), Has.Count.EqualTo(2));
        Assert.That(Events.All.Where(heard => heard.Event is JobSucceeded).Select(heard => heard.MessageId).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task What_a_process_left_half_written_is_cleared_away()
    {
        await StartFleet();
        Failpoints.KillAt(Failpoint.BeforeResult);
        var jobId = await Submit();
        await Failpoints.ReachedAsync(Failpoint.BeforeResult);
        await File.WriteAllTextAsync(Path.Combine(FolderOf(jobId), ".video.0123456789abcdef0123456789abcdef.part"), "half of an output, whose process died");

        await KillAndRestart();
        await Fleet.Bus.Publish(Command((await Find(jobId))!));

        await Heard<JobSucceeded>(e => e.JobId == jobId);
        FilesShouldBe(jobId, "result.json", "video.mp4");
    }

    [Test]
    [NonParallelizable]
    public async Task A_large_output_takes_no_more_memory_than_a_small_one()
    {
        const long Bytes = 64L << 20;
        SimulatorOptions.OutputPaddingBytes = Bytes;
        await StartFleet();
        var (began, allocated) = (0L, 0L);
        Failpoints.Arm(Failpoint.Downloading, _ =>
        {
            (began, allocated) = (TimeProvider.System.GetTimestamp(), GC.GetTotalAllocatedBytes(precise: true));
            return Task.CompletedTask;
        });
        Failpoints.Arm(Failpoint.BeforeResult, _ =>
        {
            allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
            var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
            TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Bytes >> 20} MiB in {seconds:F2} s, {Bytes / 1e6 / seconds:F0} MB/s; {allocated >> 10} KiB allocated by both ends"));
            return Task.CompletedTask;
        });

        var jobId = await Submit();

        var output = (await Heard<JobSucceeded>(e => e.JobId == jobId, seconds: 60)).Outputs.Single();
        Assert.That(output.Bytes, Is.GreaterThan(Bytes));
        Assert.That(await HashOf(output), Is.EqualTo(Simulator.Ledger.OutputSha256(Simulator.Ledger.Tasks.Single().Id)));
        Assert.That(allocated, Is.LessThan(Bytes / 4), "the output is never in memory as a whole, here or at the provider");
    }

    private static IEnumerable<TestCaseData> Mismatches()
    {
        yield return Mismatch("media type", "a lighthouse [simulate download not-json]", null, "media type is text/html");
        yield return Mismatch("too few bytes", "a lighthouse", new() { MinBytes = 1_000_000_000 }, "fewer than 1000000000");
        yield return Mismatch("too many bytes", "a lighthouse", new() { MaxBytes = 10 }, "more than 10");
        yield return Mismatch("checksum", "a lighthouse", new() { Sha256 = new string('0', 64) }, "SHA-256");

        // Where the model chooses the duration, what it chooses for this prompt is never this one.
        yield return Mismatch("duration", "a lighthouse", new() { DurationSeconds = 15 }, "not 15", duration: -1);
    }

    private static TestCaseData Mismatch(string name, string prompt, ResultExpectation? expect, string named, int duration = 5) =>
        new TestCaseData(prompt, expect, duration, named).SetArgDisplayNames(name);

    private static RetrieveResult Command(Job job) => new(job.CorrelationId, job.TenantId, job.Correlation, job.Step);

    private List<RecordedRequest> Downloads() => [.. Simulator.Ledger.Requests.Where(request => request.Operation == Operation.Download)];

    private string FolderOf(Guid jobId) => Path.Combine(ResultsRoot, Tenant, jobId.ToString());

    private void FilesShouldBe(Guid jobId, params string[] names) =>
        Assert.That(
            Directory.CreateDirectory(FolderOf(jobId)).GetFiles().Select(file => file.Name).Order(StringComparer.Ordinal),
            Is.EqualTo(names));

    private async Task<string> HashOf(ResultOutput output)
    {
        await using var stored = File.OpenRead(Path.Combine(ResultsRoot, output.Path));
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stored));
    }

    private static IEnumerable<string> Names(JsonElement json, string path) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(member => Names(member.Value, $"{path}.{member.Name}".TrimStart('.')).Prepend($"{path}.{member.Name}".TrimStart('.'))),
        JsonValueKind.Array => Names(json[0], $"{path}[]"),
        _ => [],
    };
}
