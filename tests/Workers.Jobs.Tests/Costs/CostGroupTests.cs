using Workers.Jobs.Costs;
using Workers.Jobs.Submission;
using Workers.Testing;

namespace Workers.Jobs.Tests.Costs;

internal sealed class CostGroupTests
{
    [Test]
    public void AJobIsAllItsAttempts()
    {
        var first = Filled.Cost() with { Estimated = 1, Actual = 2 };
        var second = first with { Id = first.Id with { Number = 4 }, Estimated = 1, Actual = 0.5m };
        var other = Filled.Cost() with { Estimated = 1, Actual = 1 };

        var group = CostGroup.Of([first, second, other], _ => "all").Single();

        Assert.Multiple(() =>
        {
            Assert.That((group.Attempts, group.Summary.Jobs), Is.EqualTo((3, 2)));
            Assert.That((group.Summary.Estimated, group.Summary.Actual), Is.EqualTo((3m, 3.5m)));
            Assert.That((group.Summary.P50, group.Summary.P95, group.Highest), Is.EqualTo((1m, 2.5m, 2.5m)));
            Assert.That(group.Heaviest, Is.EqualTo(new[] { first.Id.JobId }));
            Assert.That(group.Drift, Is.EqualTo(0.5m / 3));
        });
    }

    [Test]
    public void AJobThatCameAgainAfterItsRetentionIsAnotherJob()
    {
        var cost = Filled.Cost();

        Assert.That(CostGroup.Of([cost, cost with { Id = cost.Id with { Generation = Guid.NewGuid() } }], _ => "all").Single().Summary.Jobs, Is.EqualTo(2));
    }

    [Test]
    public void CurrenciesAreNeverAddedUp()
    {
        var groups = CostGroup.Of([Filled.Cost() with { Currency = "USD" }, Filled.Cost() with { Currency = "CNY" }], _ => "all");

        Assert.That(groups.Select(group => (group.Summary.Currency, group.Summary.Jobs)), Is.EqualTo(new[] { ("CNY", 1), ("USD", 1) }));
    }

    [Test]
    public void TheDearestGroupComesFirst()
    {
        var groups = CostGroup.Of([Filled.Cost() with { Model = "cheap", Actual = 1 }, Filled.Cost() with { Model = "dear", Actual = 2 }], cost => cost.Model);

        Assert.That(groups.Select(group => group.Group), Is.EqualTo(["dear", "cheap"]));
    }

    [Test]
    public void WhereNothingWasEstimatedThereIsNoDrift() => Assert.That(CostGroup.Of([Filled.Cost() with { Estimated = 0 }], _ => "all").Single().Drift, Is.Null);

    /// <summary>A week begins on Monday and belongs to the year of its Thursday (ISO 8601).</summary>
    [TestCase("2026-11-27T23:59:59Z", "2026-W48", "2026-11-27")]
    [TestCase("2026-11-30T00:30:00+01:00", "2026-W48", "2026-11-29")]
    [TestCase("2027-01-03T12:00:00Z", "2026-W53", "2027-01-03")]
    [TestCase("2024-12-30T00:00:00Z", "2025-W01", "2024-12-30")]
    public void ACostIsOfTheDayAndWeekInWhichItsTaskEndedInUtc(string at, string week, string day)
    {
        var cost = Filled.Cost() with { At = DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture) };

        Assert.That((CostGroup.WeekOf(cost), CostGroup.DayOf(cost)), Is.EqualTo((week, day)));
    }

    [Test]
    public void ATaskThatIsNotBilledCostsNothing()
    {
        var attempt = Some.Attempt(AttemptState.Closed) with { End = Some.End() with { Kind = TaskEnd.Failed } };

        Assert.That(CostRecord.Of(attempt), Has.Property(nameof(CostRecord.Actual)).Zero.And.Property(nameof(CostRecord.Estimated)).EqualTo(attempt.Estimate.Amount));
    }

    [TestCase(TaskEnd.Succeeded)]
    [TestCase(TaskEnd.Unclear)]
    public void ATaskOfWhichNobodySaysWhatItCostsIsUnknown(TaskEnd end) =>
        Assert.That(CostRecord.Of(Some.Attempt(AttemptState.Closed) with { End = Some.End() with { Kind = end } }).Actual, Is.Null);

    [Test]
    public void WhatIsUnknownIsCountedApart()
    {
        var (known, unknown) = (Filled.Cost() with { Estimated = 1, Actual = 2 }, Filled.Cost() with { Estimated = 5, Actual = null });
        var half = unknown with { Id = unknown.Id with { Number = 9 }, Estimated = 1, Actual = 1 };

        var group = CostGroup.Of([known, unknown, half], _ => "all").Single();

        Assert.Multiple(() =>
        {
            Assert.That((group.Summary.Jobs, group.Summary.Unknown, group.Unknown.Single()), Is.EqualTo((2, 1, unknown.Id.JobId)));
            Assert.That((group.Summary.Estimated, group.Summary.Actual), Is.EqualTo((7m, 3m)));
            Assert.That((group.Summary.P50, group.Summary.P95, group.Highest, group.Drift), Is.EqualTo(((decimal?)2, (decimal?)2, (decimal?)2, (decimal?)0.5m)));
        });
    }

    [Test]
    public void WhereNothingIsKnownThereIsNeitherPercentileNorDrift()
    {
        var group = CostGroup.Of([Filled.Cost() with { Actual = null }], _ => "all").Single();

        Assert.That((group.Summary.P50, group.Summary.P95, group.Highest, group.Drift, group.Heaviest.Count), Is.EqualTo(((decimal?)null, (decimal?)null, (decimal?)null, (decimal?)null, 0)));
    }
}
