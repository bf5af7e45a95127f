using Workers.Contracts;
using Workers.Jobs.Alerts;

namespace Workers.Cli.Tests.Operating;

internal sealed class When_alerts_are_looked_at : OperatorTest
{
    private static readonly string[] InOrder = ["account-paused/main", "oldest-waiting", "cost-p95/USD", "quota"];

    [Test]
    public async Task Before_the_first_look_that_is_said()
    {
        Assert.That(await CliAsync("alerts"), Is.EqualTo(ExitCode.AsExpected), () => Complained);

        Assert.That(Said, Does.StartWith("No process has looked at the alerts yet"));
    }

    [Test]
    public async Task What_fires_comes_first_with_its_value_and_limit()
    {
        var now = TimeProvider.System.GetUtcNow();
        await AddAsync("quota", AlertKind.Failures, AlertState.Quiet, now.AddDays(-2), 0, 3);
        await AddAsync("cost-p95", AlertKind.CostP95, AlertState.Quiet, now.AddDays(-3), 12.34m, 30, "USD");
        await AddAsync("oldest-waiting", AlertKind.OldestWaiting, AlertState.Pending, now.AddMinutes(-2), 3725, 3600);
        await AddAsync("account-paused", AlertKind.AccountPaused, AlertState.Firing, now.AddHours(-1), 1, 0, "main");

        Assert.That(await CliAsync("alerts"), Is.EqualTo(ExitCode.Otherwise), () => Complained);

        Assert.That(Rows().Select(cells => cells[0]), Is.EqualTo(InOrder));
        Assert.That(Rows().First(), Has.ItemAt(1).EqualTo("firing").And.ItemAt(4).EqualTo("1").And.ItemAt(5).EqualTo("0"));
        Assert.That(Rows().ElementAt(1), Has.ItemAt(1).EqualTo("pending").And.ItemAt(4).EqualTo("1h 02m").And.ItemAt(5).EqualTo("1h 00m"));
        Assert.That(Rows().ElementAt(2), Has.ItemAt(4).EqualTo("12.3 %").And.ItemAt(5).EqualTo("30 %"));
        Assert.That(Said, Does.Contain("4 alerts, 1 firing.").And.Not.Contain("Nobody has looked"));
    }

    [Test]
    public async Task A_program_gets_one_document_and_an_exit_code()
    {
        var now = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
        await AddAsync("quota", AlertKind.Failures, AlertState.Quiet, now, 2, 3);
        Assert.That(await CliAsync("alerts", "--output", "json"), Is.EqualTo(ExitCode.AsExpected), () => Complained);

        Assert.That(Document().GetProperty("firing").GetInt32(), Is.Zero);
        var alert = Document().GetProperty("alerts").EnumerateArray().Single();
        Assert.That(alert.GetProperty("rule").GetString(), Is.EqualTo("quota"));
        Assert.That(alert.GetProperty("kind").GetString(), Is.EqualTo("Failures"));
        Assert.That(alert.GetProperty("state").GetString(), Is.EqualTo("Quiet"));
        Assert.That(alert.GetProperty("since").GetDateTimeOffset(), Is.EqualTo(now));
        Assert.That((alert.GetProperty("value").GetDecimal(), alert.GetProperty("limit").GetDecimal()), Is.EqualTo((2m, 3m)));

        Assert.That(await CliAsync("alerts"), Is.EqualTo(ExitCode.AsExpected));
        Assert.That(Said, Does.Contain("Nobody has looked since 2026-01-01T12:00:00Z"));
    }

    /// <summary>The cells of the rows of the table.</summary>
    private IEnumerable<string[]> Rows() => Said.Split('\n').Select(line => line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Where(cells => cells.Length >= 9 && cells[0] != "alert");

    private Task<bool> AddAsync(string rule, AlertKind kind, AlertState state, DateTimeOffset since, decimal value, decimal limit, string? subject = null) => Stores.Alerts.SaveAsync(
        new Alert
        {
            Id = subject is null ? rule : $"{rule}/{subject}",
            Generation = Guid.NewGuid(),
            Version = 1,
            Rule = rule,
            Kind = kind,
            Subject = subject,
            Level = AlertLevel.Warning,
            State = state,
            Since = since,
            LookedAt = since > TimeProvider.System.GetUtcNow().AddDays(-10) ? TimeProvider.System.GetUtcNow() : since,
            Value = value,
            Limit = limit,
            Reason = "As it is.",
        },
        default);
}
