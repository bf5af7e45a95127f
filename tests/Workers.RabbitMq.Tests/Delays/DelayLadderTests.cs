using Workers.RabbitMq.Connections;
using Workers.RabbitMq.Delays;

namespace Workers.RabbitMq.Tests.Delays;

internal sealed class DelayLadderTests
{
    private readonly DelayLadder _ladder = new(new RabbitMqOptions());

    [TestCase(0, "workers-delay-1s")]
    [TestCase(1, "workers-delay-1s")]
    [TestCase(1.001, "workers-delay-5s")]
    [TestCase(5, "workers-delay-5s")]
    [TestCase(61, "workers-delay-5m")]
    [TestCase(3600, "workers-delay-1h")]
    [TestCase(7200, "workers-delay-1h")]
    public void ADelayIsRoundedUpToARung(double seconds, string queue) =>
        Assert.That(_ladder.Pick(TimeSpan.FromSeconds(seconds), chance: 0.9).Queue, Is.EqualTo(queue));

    [TestCase(5, "workers-delay-15s")]
    [TestCase(3600, "workers-delay-1h")]
    public void OneInFourGoesOneRungHigher(double seconds, string queue) =>
        Assert.That(_ladder.Pick(TimeSpan.FromSeconds(seconds), chance: 0.2499).Queue, Is.EqualTo(queue));

    [Test]
    public void TheRungsAreNamedByTheirWaits() => Assert.That(
        _ladder.Rungs.Select(rung => rung.Queue),
        Is.EqualTo(["workers-delay-1s", "workers-delay-5s", "workers-delay-15s", "workers-delay-1m", "workers-delay-5m", "workers-delay-15m", "workers-delay-1h"]));
}
