using Microsoft.Extensions.Time.Testing;
using Workers.MongoDb.Connections;
using Workers.Testing;

namespace Workers.MongoDb.Tests.Connections;

internal sealed class StoreClockTests
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(10);

    private readonly FakeTimeProvider _time = new(Some.Time);
    private readonly StoreClock _clock;

    public StoreClockTests() => _clock = new StoreClock(_time, TimeProvider.System);

    [Test]
    public void ItTellsTheProcessesTimeUntilTheStoreWasAsked() => Assert.That(_clock.GetUtcNow(), Is.EqualTo(Some.Time));

    [Test]
    public void ItGoesByAStoreThatIsAhead()
    {
        Hear(Some.Time.AddMinutes(5).AddMilliseconds(5));

        Assert.That(_clock.GetUtcNow(), Is.EqualTo(Some.Time.AddMinutes(5)));
    }

    [Test]
    public void ItGoesByAStoreThatIsBehind()
    {
        Hear(Some.Time.AddMinutes(-5).AddMilliseconds(5));

        Assert.That(_clock.GetUtcNow(), Is.EqualTo(Some.Time.AddMinutes(-5)));
    }

    [Test]
    public void WhatTheQuestionsOwnTimeExplainsIsNoDifference()
    {
        Hear(Some.Time.AddMilliseconds(9));

        Assert.That(_clock.GetUtcNow(), Is.EqualTo(Some.Time));
    }

    [Test]
    public void AMachineWhoseClockWasSetRightIsBelievedAgain()
    {
        Hear(Some.Time.AddMinutes(5));
        Hear(Some.Time.AddMilliseconds(5));

        Assert.That(_clock.GetUtcNow(), Is.EqualTo(Some.Time));
    }

    [Test]
    public void WhatIsMeasuredIsTheProcessesOwn()
    {
        var before = _clock.GetTimestamp();
        Hear(Some.Time.AddMinutes(5));
        _time.Advance(TimeSpan.FromSeconds(3));

        Assert.That(_clock.GetElapsedTime(before), Is.EqualTo(TimeSpan.FromSeconds(3)));
    }

    private void Hear(DateTimeOffset told) => _clock.Heard(told, Some.Time, Some.Time + RoundTrip);
}
