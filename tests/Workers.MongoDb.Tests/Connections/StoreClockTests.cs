using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using Workers.MongoDb.Connections;
using Workers.MongoDb.Health;
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

    [Test]
    public void AClockThatWasSetSinceIsNoticed()
    {
        MachineTime machine = new(_time);
        StoreClock clock = new(machine, machine);
        Assert.That(clock.SetSince, Is.EqualTo(TimeSpan.Zero), "never compared");
        clock.Heard(Some.Time, Some.Time, Some.Time);

        _time.Advance(TimeSpan.FromSeconds(50));
        Assert.That(clock.SetSince, Is.EqualTo(TimeSpan.Zero), "time went by");

        machine.SetBy = TimeSpan.FromMinutes(-10);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(clock.SetSince, Is.EqualTo(TimeSpan.FromMinutes(-10)));

        clock.Heard(Some.Time, machine.GetUtcNow(), machine.GetUtcNow());
        Assert.That(clock.SetSince, Is.EqualTo(TimeSpan.Zero), "compared again");
    }

    [TestCase(5, ExpectedResult = HealthStatus.Healthy)]
    [TestCase(6, ExpectedResult = HealthStatus.Unhealthy)]
    [TestCase(-6, ExpectedResult = HealthStatus.Unhealthy)]
    public async Task<HealthStatus> OneThatWasSetByMuchIsToldOf(int seconds)
    {
        MachineTime machine = new(_time);
        StoreClock clock = new(machine, machine);
        clock.Heard(Some.Time, Some.Time, Some.Time);
        machine.SetBy = TimeSpan.FromSeconds(seconds);

        return (await new ClockHealth(clock).CheckHealthAsync(new HealthCheckContext())).Status;
    }

    private void Hear(DateTimeOffset told) => _clock.Heard(told, Some.Time, Some.Time + RoundTrip);

    /// <summary>A clock that can be set, beside one that only ever goes on.</summary>
    private sealed class MachineTime(TimeProvider time) : TimeProvider
    {
        public TimeSpan SetBy { get; set; }

        public override long TimestampFrequency => time.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + SetBy;

        public override long GetTimestamp() => time.GetTimestamp();
    }
}
