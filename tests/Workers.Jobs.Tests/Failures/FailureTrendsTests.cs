using Workers.Contracts;
using Workers.Jobs.Failures;
using Workers.Testing;

namespace Workers.Jobs.Tests.Failures;

internal sealed class FailureTrendsTests
{
    private static readonly DateTimeOffset Since = Some.Time;
    private static readonly DateTimeOffset Until = Some.Time.AddHours(2.5);

    [Test]
    public void AnHourWithoutFailuresIsZeroAndTheLastOneNeedNotBeOver()
    {
        var trend = Of(Count(0, 2), Count(2, 1)).Single();

        Assert.That(trend.ByHour, Is.EqualTo([2, 0, 1]));
        Assert.That(trend.Count, Is.EqualTo(3));
    }

    [Test]
    public void WhatHadNoneInTheTimeBeforeIsNew()
    {
        var trends = Of(Count(0, 1), Count(1, 1, FailureBucket.Quota), Count(-1, 5, FailureBucket.Quota));

        Assert.That(trends.Select(trend => (trend.Group, trend.IsNew, trend.Before)), Is.EqualTo(new[] { ("Quota", false, (int?)5), ("Timeout", true, 0) }));
    }

    [Test]
    public void AnHourWasNotThereBeforeAndIsNeitherNewNorGrown()
    {
        var trends = FailureTrends.Of([Count(0, 1), Count(1, 2), Count(-1, 5)], Since, Until, count => count.Hour.ToString("O"), isComparable: false);

        Assert.That(trends.Select(trend => (trend.Count, trend.Before, trend.IsNew)), Is.EqualTo(new[] { (2, (int?)null, false), (1, null, false) }));
        Assert.That(FailureTrends.GrewMost(trends), Is.Null);
    }

    [Test]
    public void WhatHasNoneNowIsNotThere() => Assert.That(Of(Count(-1, 5)), Is.Empty);

    [Test]
    public void TheLargestComesFirstAndTheOneWithMostMoreGrewMost()
    {
        var trends = Of(Count(0, 9), Count(-3, 8), Count(1, 4, FailureBucket.Auth), Count(-1, 1, FailureBucket.Auth));

        Assert.That(trends.Select(trend => trend.Group), Is.EqualTo(["Timeout", "Auth"]));
        Assert.That(FailureTrends.GrewMost(trends)?.Group, Is.EqualTo("Auth"));
    }

    [Test]
    public void WhereNoneHasMoreNoneGrew() => Assert.That(FailureTrends.GrewMost(Of(Count(0, 2), Count(-1, 2))), Is.Null);

    [TestCase("2026-01-01T12:59:59.999Z", "2026-01-01T12:00:00Z")]
    [TestCase("2026-01-01T01:30:00+05:45", "2025-12-31T19:00:00Z")]
    public void HoursAreThoseOfUtc(string at, string hour)
    {
        var culture = System.Globalization.CultureInfo.InvariantCulture;

        Assert.That(FailureTrends.HourOf(DateTimeOffset.Parse(at, culture)), Is.EqualTo(DateTimeOffset.Parse(hour, culture)));
    }

    private static IReadOnlyList<FailureTrend> Of(params FailureCount[] counts) => FailureTrends.Of(counts, Since, Until, count => count.Bucket.ToString());

    private static FailureCount Count(int hour, int count, FailureBucket bucket = FailureBucket.Timeout) =>
        new() { Bucket = bucket, Provider = "seedance", TenantId = "studio", Code = "Code", Hour = Since.AddHours(hour), Count = count };
}
