using Workers.Jobs;
using Workers.RabbitMq.Acknowledging;

namespace Workers.RabbitMq.Tests.Acknowledging;

internal sealed class ConsumerTimeoutTests
{
    [TestCase(1, 1, 30)]
    [TestCase(32, 16, 30)]
    [TestCase(32, 64, 60)]
    [TestCase(8, 17, 90)]
    public void The_broker_waits_for_those_too_that_wait_for_others(int concurrency, int prefetch, int minutes)
    {
        var limit = new TimeLimit(TimeSpan.FromMinutes(30));

        Assert.That(ConsumerTimeout.Of(limit, concurrency, prefetch), Is.GreaterThan(TimeSpan.FromMinutes(minutes)).And.LessThan(TimeSpan.FromMinutes(minutes + 15)));
    }
}
