using System.Globalization;
using Workers.Jobs.Costs;
using Workers.Jobs.Submission;

namespace Workers.Cli.Tests.Operating;

internal sealed class When_costs_are_looked_at : OperatorTest
{
    private static readonly DateTimeOffset Sunday = new(2026, 11, 22, 23, 59, 59, TimeSpan.Zero);
    private static readonly DateTimeOffset Monday = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task A_week_is_summed_up_with_its_percentiles_and_its_dearest_job()
    {
        var dearest = await AddAsync(Monday, 2m, "acme");
        foreach (var cents in Enumerable.Range(1, 19))
        {
            await AddAsync(Monday.AddHours(1), cents / 100m, "acme");
        }

        await AddAsync(Sunday, 50m, "acme");

        Assert.That(await CliAsync("costs", "--week", "2026-W48"), Is.EqualTo(ExitCode.AsExpected), () => Complained);

        string[] expected = ["2026-W48", "20", "20", "$20.00", "$3.90", "-80.5 %", "$0.100", "$0.190", "$2.00", $"{dearest}"];
        Assert.That(Row("2026-W48"), Is.EqualTo(expected));
        Assert.That(Row("all")[4], Is.EqualTo("$3.90"));
    }

    [Test]
    public async Task Attempts_of_one_job_are_one_job()
    {
        var job = await AddAsync(Monday, 1m, "acme");
        await AddAsync(Monday.AddHours(2), 0.5m, "acme", job, number: 2);

        await CliAsync("costs", "--day", "2026-11-23", "--by", "day");

        Assert.That(Row("2026-11-23"), Has.ItemAt(1).EqualTo("1").And.ItemAt(2).EqualTo("2").And.ItemAt(4).EqualTo("$1.50").And.ItemAt(8).EqualTo("$1.50"));
    }

    [Test]
    public async Task A_program_gets_sums_in_decimal_and_the_jobs_that_make_the_P95()
    {
        var dearest = await AddAsync(Monday, 0.3m, "acme");
        await AddAsync(Monday, 0.1m, "other");
        await AddAsync(Monday, 0.2m, "acme");

        await CliAsync("costs", "--week", "2026-W48", "--by", "tenant", "--output", "json");

        var group = Document().GetProperty("groups").EnumerateArray().Single(one => one.GetProperty("group").GetString() == "acme");
        Assert.That(group.GetProperty("summary").GetProperty("actual").GetDecimal(), Is.EqualTo(0.5m));
        Assert.That(group.GetProperty("heaviest")[0].GetGuid(), Is.EqualTo(dearest));
        Assert.That(Document().GetProperty("totals")[0].GetProperty("summary").GetProperty("actual").GetDecimal(), Is.EqualTo(0.6m));

        await CliAsync("costs", "--week", "2026-W48", "--tenant", "other", "--output", "json");
        Assert.That(Document().GetProperty("totals")[0].GetProperty("summary").GetProperty("actual").GetDecimal(), Is.EqualTo(0.1m));
    }

    [Test]
    public async Task What_is_unknown_is_counted_apart()
    {
        await AddAsync(Sunday, 1m, "acme");
        await AddAsync(Sunday, null, "acme");

        Assert.That(await CliAsync("costs", "--week", "2026-W47"), Is.EqualTo(ExitCode.AsExpected));
        Assert.That(Said, Does.Contain("$1.00 + 1 unknown"));
    }

    [Test]
    public async Task Where_no_task_ended_that_is_said()
    {
        await AddAsync(Sunday, 1m, "acme");

        Assert.That(await CliAsync("costs", "--week", "2026-W48"), Is.EqualTo(ExitCode.AsExpected));
        Assert.That(Said, Does.StartWith("No task ended from 2026-11-23T00:00:00Z to 2026-11-30T00:00:00Z."));
    }

    [TestCase("costs --week 2026-W54", "--week is a week by ISO 8601")]
    [TestCase("costs --day 2026-02-30", "--day is a day as")]
    [TestCase("costs --week 2026-W48 --day 2026-11-23", "give one of them")]
    public async Task What_can_not_be_meant_is_refused_with_how_to_mend_it(string command, string complaint)
    {
        Assert.That(await CliAsync(command.Split(' ')), Is.EqualTo(ExitCode.NotRun));
        Assert.That(Complained, Does.Contain(complaint));
    }

    /// <summary>The cells of a row of the table.</summary>
    private string[] Row(string first) =>
        Said.Split('\n').Select(line => line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).First(cells => cells.Length > 3 && cells[0] == first);

    private async Task<Guid> AddAsync(DateTimeOffset at, decimal? actual, string tenant, Guid? job = null, int number = 1)
    {
        var jobId = job ?? Guid.NewGuid();
        await Stores.Costs.RecordAsync(
            [
                new CostRecord
                {
                    Id = new AttemptId(jobId, Guid.Parse(string.Create(CultureInfo.InvariantCulture, $"{1:D32}")), number),
                    TenantId = tenant,
                    Provider = "seedance",
                    Account = "main",
                    Model = "dreamina-seedance-2-0-260128",
                    At = at,
                    Estimated = 1m,
                    Actual = actual,
                    Currency = "USD",
                },
            ],
            default);
        return jobId;
    }
}
