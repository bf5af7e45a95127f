using Workers.Contracts;
using Workers.Jobs.Alerts;
using Workers.Jobs.Failures;

namespace Workers.Jobs.Tests.Alerts;

internal sealed class When_failures_are_watched : AlertsTest
{
    // More than 3 within 3 minutes.
    [TestCase("1 1 1 0 0", "", TestName = "Exactly the limit does not fire")]
    [TestCase("1 1 2 0 0", "3 fires f 4; 4 resolved f 3", TestName = "One more fires, and the window slides on")]
    [TestCase("0 4 0 0 0", "2 fires f 4; 5 resolved f 0", TestName = "A burst fires at once and is forgotten with its window")]
    [TestCase("4 0 0 4 0 0 0", "1 fires f 4; 7 resolved f 0", TestName = "A burst that follows in time goes on firing")]
    [TestCase("4 0 0 0 4 0 0 0", "1 fires f 4; 4 resolved f 0; 5 fires f 4; 8 resolved f 0", TestName = "One that comes later fires anew")]
    [TestCase("4 ? ? ? ? 0", "1 fires f 4; 6 resolved f 0", TestName = "Nothing known is no change")]
    [TestCase("4 ? ? ? ? ? ? ? ? ? ? ? ? 4", "1 fires f 4", TestName = "Nothing known for long is none either")]
    [TestCase("? ? 4", "3 fires f 4", TestName = "Nothing known from the start is no alert")]
    [TestCase("4 R0 R0 R0 R0", "1 fires f 4; 4 resolved f 0", TestName = "A restart changes nothing")]
    [TestCase("4 - - - - - - 0", "1 fires f 4; 8 resolved f 0", TestName = "Nobody looks for a while")]
    public async Task More_than_so_many_within_a_time_fire(string history, string expected)
    {
        Rule("f", new AlertRule { Kind = AlertKind.Failures, Bucket = FailureBucket.Quota, MoreThan = 3, Within = 3 * Minute });

        await PassAsync(history, count => FailAsync(count));

        Assert.That(Told, Is.EqualTo(Words(expected)));
    }

    // More than 1 a minute, for 3 minutes.
    [TestCase("2 2 2", "", TestName = "Not long enough")]
    [TestCase("2 2 2 2 0", "4 fires f 2; 5 resolved f 0", TestName = "Just long enough")]
    [TestCase("2 2 2 1 2 2 2", "", TestName = "A quiet minute begins the time anew")]
    [TestCase("2 2 2 1 2 2 2 5 1", "8 fires f 5; 9 resolved f 1", TestName = "It fires when it has lasted after the quiet minute")]
    [TestCase("2 2 R2 R2 R0", "4 fires f 2; 5 resolved f 0", TestName = "A restart does not begin the time anew")]
    [TestCase("2 2 ? 2 2", "4 fires f 2", TestName = "A minute of which nothing is known does not either")]
    [TestCase("2 2 - - - 2 2 2", "", TestName = "Looks that are missing for longer do: nobody knows what was")]
    [TestCase("2 2 - - - 2 2 2 2", "9 fires f 2", TestName = "And it fires when it has lasted after them")]
    public async Task What_must_last_fires_when_it_has(string history, string expected)
    {
        Rule("f", new AlertRule { Kind = AlertKind.Failures, Bucket = FailureBucket.Quota, MoreThan = 1, Within = Minute, For = 3 * Minute });

        await PassAsync(history, count => FailAsync(count));

        Assert.That(Told, Is.EqualTo(Words(expected)));
    }

    [Test]
    public async Task Only_failures_of_the_bucket_provider_and_tenant_count()
    {
        Rule("narrow", new AlertRule { Kind = AlertKind.Failures, Bucket = FailureBucket.Quota, Provider = "seedance", Tenant = "acme", MoreThan = 1, Within = Minute });
        Rule("wide", new AlertRule { Kind = AlertKind.Failures, MoreThan = 4, Within = Minute });

        await PassAsync("1 1", async _ =>
        {
            await FailAsync(1, change: failure => failure with { TenantId = "acme" });
            await FailAsync(1);
            await FailAsync(1, FailureBucket.Timeout, failure => failure with { TenantId = "acme" });
            await FailAsync(1, change: failure => failure with { TenantId = "acme", Provider = "other" });
        });
        Assert.That(Told, Is.Empty);

        await PassAsync("1", async _ =>
        {
            await FailAsync(2, change: failure => failure with { TenantId = "acme" });
            await FailAsync(3);
        });
        Assert.That(Told, Is.EqualTo(Words("3 fires narrow 2; 3 fires wide 5")));
        Assert.That(((AlertFiring)Published[0].Message).TenantId, Is.EqualTo("acme"));
    }

    // More than none within 2 minutes.
    [TestCase("0 0 1 0 0", "3 fires d 1; 5 resolved d 0")]
    [TestCase("0 1 1 2 0 0", "2 fires d 1; 6 resolved d 0")]
    public async Task Dead_letters_fire_as_they_come_on_record(string history, string expected)
    {
        Rule("d", new AlertRule { Kind = AlertKind.DeadLetters, MoreThan = 0, Within = 2 * Minute });

        await PassAsync(history, async count =>
        {
            await FailAsync(7);
            await FailAsync(count, FailureBucket.Unknown, failure => failure with { Id = Failure.DeadLetterId(failure.Id, 0), Provider = null, TenantId = null, JobId = null });
        });

        Assert.That(Told, Is.EqualTo(Words(expected)));
    }
}
