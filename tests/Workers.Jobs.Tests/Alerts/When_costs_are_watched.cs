using System.Globalization;
using Workers.Contracts;
using Workers.Jobs.Alerts;
using Workers.Jobs.Costs;
using Workers.Testing;

namespace Workers.Jobs.Tests.Alerts;

internal sealed class When_costs_are_watched : AlertsTest
{
    private static readonly DateTimeOffset Monday = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    [SetUp]
    public void Watch() => Rule("c", new AlertRule { Kind = AlertKind.CostP95, MoreThan = 30, LeastJobs = 20 });

    [TestCase("1.00", "1.30", "", TestName = "Just so many percent do not fire")]
    [TestCase("1.00", "1.31", "fires c/USD 31", TestName = "More of them fire")]
    [TestCase("1.31", "1.00", "", TestName = "What becomes cheaper does not")]
    [TestCase("0", "1.00", "", TestName = "Of a week without costs nothing is known")]
    public async Task A_week_is_compared_with_the_one_before(string before, string after, string expected)
    {
        await PayAsync(Monday.AddDays(-1), 20, before);
        await PayAsync(Monday, 20, after);

        await LookAtAsync(Monday.AddDays(2));

        Assert.That(Tail(), Is.EqualTo(Words(expected)));
    }

    [Test]
    public async Task The_percentile_counts_and_neither_the_dearest_nor_the_sum()
    {
        await PayAsync(Monday.AddDays(-1), 20, "1.00");
        await PayAsync(Monday, 39, "1.00");
        await PayAsync(Monday, 2, "50.00"); // 39 of 41 is the rank of the P95

        await LookAtAsync(Monday.AddDays(1));
        Assert.That(Told, Is.Empty);

        await PayAsync(Monday, 1, "50.00");
        await LookAtAsync(Monday.AddDays(1).AddHours(1));
        Assert.That(Tail(), Is.EqualTo(Words("fires c/USD 4900")));
    }

    [Test]
    public async Task Weeks_are_those_of_ISO_in_UTC_and_with_too_few_jobs_nothing_changes()
    {
        await PayAsync(Monday.AddMilliseconds(-1), 20, "1.00");
        await PayAsync(Monday, 20, "2.00");
        await LookAtAsync(Monday.AddDays(7).AddMilliseconds(-1));
        Assert.That(Tail(), Is.EqualTo(Words("fires c/USD 100")));

        // The next week: 19 jobs tell nothing, the twentieth resolves it.
        await PayAsync(Monday.AddDays(7), 19, "2.00");
        await LookAtAsync(Monday.AddDays(8));
        Assert.That(Told, Has.Count.EqualTo(1));
        await PayAsync(Monday.AddDays(7), 1, "2.00");
        await LookAtAsync(Monday.AddDays(9));
        Assert.That(Tail(), Is.EqualTo(Words("fires c/USD 100; resolved c/USD 0")));
    }

    [Test]
    public async Task Each_currency_is_an_alert_of_its_own()
    {
        await PayAsync(Monday.AddDays(-1), 20, "1.00");
        await PayAsync(Monday.AddDays(-1), 20, "7.00", "CNY");
        await PayAsync(Monday, 20, "1.10");
        await PayAsync(Monday, 20, "14.00", "CNY");

        await LookAtAsync(Monday.AddDays(1));

        Assert.That(Tail(), Is.EqualTo(Words("fires c/CNY 100")));
        Assert.That(((AlertFiring)Published[0].Message).Reason, Is.EqualTo("The P95 of what jobs cost is 14.00 CNY this week, after 7.00 the week before: +100.0 %"));
    }

    [Test]
    public async Task Costs_are_read_again_after_an_hour_and_by_tenant_and_provider_where_asked()
    {
        Options.Rules["c"].Tenant = "acme";
        Options.Rules["c"].Provider = "seedance";
        await PayAsync(Monday.AddDays(-1), 20, "1.00", change: cost => cost with { TenantId = "acme" });
        await PayAsync(Monday, 20, "9.00");
        await PayAsync(Monday, 20, "9.00", change: cost => cost with { TenantId = "acme", Provider = "other" });
        await LookAtAsync(Monday.AddDays(1));
        await PayAsync(Monday, 20, "9.00", change: cost => cost with { TenantId = "acme" });

        await LookAtAsync(Monday.AddDays(1).AddMinutes(59));
        Assert.That(Told, Is.Empty);
        await LookAtAsync(Monday.AddDays(1).AddMinutes(60));
        Assert.That(Tail(), Is.EqualTo(Words("fires c/USD 800")));
    }

    private Task LookAtAsync(DateTimeOffset at)
    {
        Now = at;
        return LookAsync();
    }

    private Task PayAsync(DateTimeOffset at, int jobs, string amount, string currency = "USD", Func<CostRecord, CostRecord>? change = null)
    {
        var costs = Enumerable.Range(0, jobs).Select(_ => Filled.Cost() with { At = at, Actual = decimal.Parse(amount, CultureInfo.InvariantCulture), Currency = currency });
        return Stores.Costs.RecordAsync([.. costs.Select(cost => change?.Invoke(cost) ?? cost)], default);
    }

    /// <summary>What was told, without the minutes.</summary>
    private string[] Tail() => [.. Told.Select(line => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..])];
}
