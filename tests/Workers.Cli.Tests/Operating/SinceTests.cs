using System.Globalization;
using Workers.Cli.Operating;

namespace Workers.Cli.Tests.Operating;

internal sealed class SinceTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 2, 12, 0, 0, TimeSpan.Zero);

    [TestCase("90m", "2026-05-02T10:30:00Z")]
    [TestCase("7d", "2026-04-25T12:00:00Z")]
    [TestCase("2026-05-01T12:00:00Z", "2026-05-01T12:00:00Z")]
    [TestCase("2026-05-01T12:00Z", "2026-05-01T12:00:00Z")]
    [TestCase("2026-05-01T08:00:00.5-04:00", "2026-05-01T12:00:00.5Z")]
    [TestCase("2026-05-01T20:00+08:00", "2026-05-01T12:00:00Z")]
    public void ATimeIsSoLongAgoOrAMoment(string text, string moment) =>
        Assert.That(Since.Parse(text, Now), Is.EqualTo(DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture)));

    /// <summary>It would mean another hour on each machine.</summary>
    [TestCase("2026-05-01T12:00:00")]
    [TestCase("2026-05-01T12:00")]
    [TestCase("2026-05-01")]
    [TestCase("12:00")]
    public void ATimeWithoutItsOffsetIsNone(string text) => Assert.That(Since.Parse(text, Now), Is.Null);
}
