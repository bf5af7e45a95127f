using System.Net.Http.Json;
using Workers.Contracts;
using Workers.Jobs;
using Workers.Jobs.Failpoints;
using Workers.Jobs.Lifecycle;
using Workers.RabbitMq.DeadLetters;
using Workers.RabbitMq.Tests.DeadLetters;

namespace Workers.RabbitMq.Tests.Acknowledging;

[Category("Integration")]
internal sealed class When_the_broker_takes_messages_back : DeadLetterTest
{
    private const string Queue = "workers-retrieve-result";
    private int _tries;

    [SetUp]
    public void Limit() => Settings["RabbitMq:AcquiredLimit"] = "1";

    [Test]
    public async Task A_policy_does_not_end_work_under_way()
    {
        Failpoints.Arm(Failpoint.BeforeResult, token =>
        {
            Interlocked.Increment(ref _tries);
            return Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, token);
        });
        await StartFleet();
        using var policy = await Broker.Management.PutAsJsonAsync(
            new Uri($"api/policies/{Broker.Name}/impatient", UriKind.Relative),
            new Dictionary<string, object> { ["pattern"] = ".*", ["apply-to"] = "queues", ["definition"] = new Dictionary<string, object> { ["consumer-timeout"] = 500 } });
        policy.EnsureSuccessStatusCode();
        await Fleet.DisposeAsync();
        await StartFleet(); // the broker reads its policies when a consumer comes

        await JobShouldBe(await Submit(), nameof(JobLifecycle.Succeeded));

        Assert.That(_tries, Is.EqualTo(1));
    }

    [Test]
    public async Task What_was_taken_back_too_often_and_takes_too_long_again_is_a_dead_letter_with_a_reason_of_its_own()
    {
        Failpoints.Arm(Failpoint.BeforeResult, token =>
        {
            Interlocked.Increment(ref _tries);
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        });
        await StartFleet();
        var jobId = await Submit();
        await Failpoints.ReachedAsync(Failpoint.BeforeResult);
        await Fleet.KillAsync();
        Settings[$"Endpoints:{Queue}:LongestWork"] = "00:00:00.300";
        await StartFleet();

        var job = await JobShouldBeBlocked(jobId, FailureBucket.Unknown);

        var letter = (await LettersIn($"{Queue}_error", 1))[0];
        Assert.That((letter.Reason, letter.Bucket, letter.Exception), Is.EqualTo((DeadLetterReason.TimedOut, FailureBucket.Timeout, typeof(GivenUpException).FullName)));
        Assert.That((job.Trouble!.Code, _tries), Is.EqualTo((nameof(GivenUpException), 2)), "once before it was taken back, and once after");
        await RecordOf(letter);
    }
}
