using Workers.Contracts;
using Workers.Jobs.Costs;

namespace Workers.Jobs.Tests.Costs;

internal sealed class CostSummaryTests
{
    private static readonly decimal[] Twenty = [.. Enumerable.Range(1, 20).Select(amount => (decimal)amount)];

    [TestCase(1, ExpectedResult = 1)]
    [TestCase(5, ExpectedResult = 1)]
    [TestCase(6, ExpectedResult = 2)]
    [TestCase(50, ExpectedResult = 10)]
    [TestCase(95, ExpectedResult = 19)]
    [TestCase(96, ExpectedResult = 20)]
    [TestCase(100, ExpectedResult = 20)]
    public decimal APercentileIsTheSmallestAmountThatSoManyDoNotExceed(int percent) => CostSummary.Percentile(Twenty, percent);

    [Test]
    public void APercentileOfTwoAmountsIsOneOfThem() =>
        Assert.That(CostSummary.Percentile([0.10m, 0.90m], 50), Is.EqualTo(0.10m));

    [Test]
    public void OneAmountIsEveryPercentile([Values(1, 50, 95, 100)] int percent) =>
        Assert.That(CostSummary.Percentile([7m], percent), Is.EqualTo(7m));

    [Test]
    public void NoAmountsHaveNoPercentile() =>
        Assert.That(() => CostSummary.Percentile([], 50), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [TestCase(0)]
    [TestCase(101)]
    public void APercentileOutsideOneToHundredIsRefused(int percent) =>
        Assert.That(() => CostSummary.Percentile(Twenty, percent), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void CurrenciesAreSummedApart()
    {
        var summaries = CostSummary.Of([Cost(1.5m, 1m, "USD"), Cost(9m, 8m, "CNY"), Cost(2.5m, 3m, "USD")]);

        Assert.That(summaries, Is.EqualTo(new[]
        {
            new CostSummary { Currency = "CNY", Jobs = 1, Estimated = 9m, Actual = 8m, P50 = 8m, P95 = 8m },
            new CostSummary { Currency = "USD", Jobs = 2, Estimated = 4m, Actual = 4m, P50 = 1m, P95 = 3m },
        }));
    }

    [Test]
    public void NoJobsHaveNoSummary() => Assert.That(CostSummary.Of([]), Is.Empty);

    private static JobCost Cost(decimal estimated, decimal actual, string currency) => new() { Estimated = estimated, Actual = actual, Currency = currency };
}
