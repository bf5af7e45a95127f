using Workers.Contracts;
using Workers.Jobs.Failpoints;
using Workers.Jobs.Lifecycle;
using Workers.RabbitMq.DeadLetters;

namespace Workers.RabbitMq.Tests.DeadLetters;

[Category("Integration")]
internal sealed class When_a_command_keeps_failing : DeadLetterTest
{
    private const string Queue = "workers-start-job";

    [Test]
    public async Task It_is_kept_with_all_that_is_known_of_it_and_recorded_and_its_job_blocks()
    {
        var job = await BlockAsync();

        var letter = (await LettersIn($"{Queue}_error", 1))[0];
        Assert.That((letter.Reason, letter.Bucket, letter.Queue, letter.ShortType), Is.EqualTo((DeadLetterReason.Failed, FailureBucket.Unknown, Queue, nameof(StartJob))));
        Assert.That((letter.Exception, letter.Count), Is.EqualTo((typeof(InvalidOperationException).FullName, 5L)));
        Assert.That((letter.JobId, letter.TenantId, letter.CorrelationId, letter.Step), Is.EqualTo((job.CorrelationId, Tenant, job.Correlation.ToString(), job.Step - 1)));
        Assert.That(string.CompareOrdinal(letter.FirstAt, letter.LastAt), Is.Negative);
        var record = await RecordOf(letter);
        Assert.That((record.Bucket, record.Step, record.Code), Is.EqualTo((FailureBucket.Unknown, Queue, letter.Exception)));
        Assert.That((record.JobId, record.TenantId, record.CorrelationId), Is.EqualTo((job.CorrelationId, Tenant, job.Correlation)));
        Assert.That((await Stores.Failures.OfJobAsync(job.CorrelationId, default)).Select(failure => failure.Id), Does.Contain(record.Id));
    }

    [Test]
    public async Task Redriven_it_revives_its_job_which_succeeds()
    {
        var job = await BlockAsync();
        await LettersIn($"{Queue}_error", 1);
        Failpoints.Disarm(Failpoint.BeforeAttempt);

        var report = await Redrive(new DeadLetterQuery { Type = nameof(StartJob) }, canary: 1, wait: 1);

        Assert.That((report.Sent, report.Left, report.FailedAgain, report.NotLookedAt), Is.EqualTo((1, 0, (DeadLetter?)null, 0L)));
        await JobShouldBe(job.CorrelationId, nameof(JobLifecycle.Succeeded));
        TasksShouldBe(1);
        await EndProcess();
        foreach (var queue in new[] { Queue, $"{Queue}_error", $"{Queue}_skipped", "workers-record-dead-letter" })
        {
            Assert.That(await Broker.CountAsync(queue), Is.Zero, queue);
        }
    }

    [Test]
    public async Task A_canary_that_fails_again_stops_the_redrive()
    {
        await BlockAsync();
        await BlockAsync(await Submit(Submission("another lighthouse")));
        var letters = await LettersIn($"{Queue}_error", 2);

        var report = await Redrive(canary: 1, wait: 20);

        Assert.That((report.Sent, report.FailedAgain?.JobId), Is.EqualTo((1, letters[0].JobId)));
        var after = await LettersIn($"{Queue}_error", 2);
        Assert.That((after[0].Id, after[0].Redriven), Is.EqualTo((letters[1].Id, 0)), "the other was left");
        Assert.That((after[1].Redriven, after[1].Count), Is.EqualTo((1, 5L)), "and the canary's command is a dead letter in its stead, at its first failure");
        await JobShouldBeBlocked(letters[0].JobId!.Value, FailureBucket.Unknown, times: 2);
        await RecordOf(letters[0]);
        await RecordOf(after[1]);
    }

    [Test]
    public async Task What_was_redriven_too_often_is_left()
    {
        var job = await BlockAsync();
        for (var times = 1; times <= 3; times++)
        {
            await LettersIn($"{Queue}_error", 1);
            Assert.That((await Redrive(canary: 1, wait: 20)).FailedAgain?.Redriven, Is.EqualTo(times));
        }

        var report = await Redrive(canary: 1, wait: 20);

        Assert.That((report.Sent, report.Left), Is.EqualTo((0, 1)));
        await JobShouldBeBlocked(job.CorrelationId, FailureBucket.Unknown, times: 4);
    }

    [Test]
    public async Task After_the_canary_the_others_have_all_their_redeliveries_again()
    {
        await BlockAsync();
        await LettersIn($"{Queue}_error", 1);
        var calls = 0;
        Failpoints.Arm(Failpoint.BeforeAttempt, _ => Interlocked.Increment(ref calls) < 4 ? throw new InvalidOperationException("broken a while longer for the test") : Task.CompletedTask);

        await Redrive();

        await Heard<JobSucceeded>(_ => true);
        Assert.That(calls, Is.EqualTo(4));
    }

    [Test]
    public async Task One_that_no_process_survives_blocks_its_job_too()
    {
        Settings["RabbitMq:DeliveryLimit"] = "1";
        Failpoints.KillAt(Failpoint.BeforeAttempt);
        await StartFleet();
        var jobId = await Submit();
        for (var crash = 0; crash < 2; crash++)
        {
            await Failpoints.ReachedAsync(Failpoint.BeforeAttempt);
            await Fleet.KillAsync();
            Failpoints.Forget(Failpoint.BeforeAttempt);
            await StartFleet();
        }

        var job = await JobShouldBeBlocked(jobId, FailureBucket.Unknown);

        var letter = (await LettersIn("workers-crashed", 1, nameof(StartJob)))[0];
        Assert.That((letter.Reason, letter.Queue, letter.JobId, letter.Step, letter.Count), Is.EqualTo((DeadLetterReason.Crashed, Queue, (Guid?)jobId, (int?)job.Step - 1, (long?)1)));
        Assert.That(letter.LastAt, Is.Not.Null);
        Assert.That((await RecordOf(letter)).JobId, Is.EqualTo(jobId));
        Assert.That(job.Trouble!.Code, Is.EqualTo("ProcessCrash"));
        Failpoints.Disarm(Failpoint.BeforeAttempt);
        Assert.That((await Redrive(new DeadLetterQuery { Type = nameof(StartJob) })).Sent, Is.EqualTo(1));
        await JobShouldBe(jobId, nameof(JobLifecycle.Succeeded));
        TasksShouldBe(1);
    }

    private async Task<Job> BlockAsync()
    {
        Failpoints.Arm(Failpoint.BeforeAttempt, _ => throw new InvalidOperationException($"broken for the test: {Secret}"));
        await StartFleet();
        return await BlockAsync(await Submit(Submission(Secret)));
    }

    private Task<Job> BlockAsync(Guid jobId) => JobShouldBeBlocked(jobId, FailureBucket.Unknown);
}
