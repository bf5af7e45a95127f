namespace Workers.Simulator.Tests;

internal sealed class ScaledTimeTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Test]
    public async Task AnHourOfItPassesWithinASecondAtThatScale()
    {
        var time = new ScaledTime(3600 * 20);
        var (utc, stamp, real) = (time.GetUtcNow(), time.GetTimestamp(), TimeProvider.System.GetTimestamp());

        await Task.Delay(Hour, time);

        Assert.That(time.GetUtcNow() - utc, Is.GreaterThanOrEqualTo(Hour));
        Assert.That(time.GetElapsedTime(stamp), Is.GreaterThanOrEqualTo(Hour));
        Assert.That(TimeProvider.System.GetElapsedTime(real), Is.LessThan(TimeSpan.FromSeconds(20)));
    }

    [Test]
    public async Task NoTimerFiresEarly()
    {
        var time = new ScaledTime(30);
        for (var milliseconds = 1; milliseconds < 400; milliseconds += 13)
        {
            var wait = TimeSpan.FromMilliseconds(milliseconds);
            var since = time.GetTimestamp();
            await Task.Delay(wait, time);
            Assert.That(time.GetElapsedTime(since), Is.GreaterThanOrEqualTo(wait));
        }
    }

    [Test]
    public async Task ATimerCanBeChangedAndRepeats()
    {
        var time = new ScaledTime(3600);
        using var twice = new CountdownEvent(2);
        var done = new TaskCompletionSource();
        var since = time.GetTimestamp();
        await using var timer = time.CreateTimer(
            _ =>
            {
                if (!twice.IsSet && twice.Signal())
                {
                    done.SetResult();
                }
            },
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);

        timer.Change(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

        await done.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.That(time.GetElapsedTime(since), Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(61)));
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(double.NaN)]
    [TestCase(double.PositiveInfinity)]
    public void AScaleIsPositiveAndFinite(double scale) => Assert.That(() => new ScaledTime(scale), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
