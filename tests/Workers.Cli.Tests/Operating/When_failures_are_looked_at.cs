using Workers.Contracts;
using Workers.Jobs.Failures;
using Workers.Testing;

namespace Workers.Cli.Tests.Operating;

internal sealed class When_failures_are_looked_at : OperatorTest
{
    private static readonly string[] LargestFirst = ["Timeout", "Quota"];

    private readonly DateTimeOffset _hour = FailureTrends.HourOf(TimeProvider.System.GetUtcNow());

    [Test]
    public async Task They_are_counted_by_cause_with_what_is_new_and_what_grew_most()
    {
        await AddAsync(-1, FailureBucket.Timeout, FailureBucket.Timeout, FailureBucket.Timeout, FailureBucket.Quota);
        await AddAsync(-30, FailureBucket.Timeout);

        Assert.That(await CliAsync("failures"), Is.EqualTo(ExitCode.AsExpected), () => Complained);

        Assert.That(Said, Does.StartWith("4 failures since "));
        Assert.That(Rows("Timeout").First(), Has.ItemAt(1).EqualTo("3").And.ItemAt(2).EqualTo("75 %").And.ItemAt(3).EqualTo("1").And.ItemAt(5).EqualTo("grew most"));
        Assert.That(Rows("Quota").First(), Has.ItemAt(1).EqualTo("1").And.ItemAt(3).EqualTo("0").And.ItemAt(5).EqualTo("new"));
    }

    [Test]
    public async Task A_sparkline_shows_hour_by_hour_how_they_went()
    {
        await AddAsync(-1, FailureBucket.Timeout);
        await AddAsync(-2, [.. Enumerable.Repeat(FailureBucket.Timeout, 8)]);

        await CliAsync("failures", "--since", "3h");

        Assert.That(Rows("Timeout").First()[4], Is.EqualTo("█▁"));
    }

    [Test]
    public async Task The_last_of_each_cause_are_shown_by_ids_and_codes_and_those_of_a_tenant_alone_where_that_is_asked()
    {
        await AddAsync(-2, FailureBucket.Timeout);
        var mine = await AddOneAsync(_hour.AddHours(-3), FailureBucket.Timeout, "acme");

        await CliAsync("failures", "--samples", "1");
        Assert.That(Said, Does.Contain("The last of each cause").And.Not.Contain($"{mine.JobId}"));

        await CliAsync("failures", "--samples", "1", "--tenant", "acme");
        Assert.That(Said, Does.StartWith("1 failure since ").And.Contain($"{mine.JobId}").And.Contain(mine.Code));

        await CliAsync("failures", "--samples", "0");
        Assert.That(Said, Does.Not.Contain("The last of each cause"));
    }

    [Test]
    public async Task By_the_hour_they_come_in_its_order_and_no_hour_is_new()
    {
        await AddAsync(-1, FailureBucket.Timeout);
        await AddAsync(-2, FailureBucket.Timeout, FailureBucket.Timeout);

        await CliAsync("failures", "--by", "hour", "--output", "json");

        var groups = Document().GetProperty("groups").EnumerateArray().ToList();
        Assert.That(groups.Select(group => group.GetProperty("count").GetInt32()), Is.EqualTo([2, 1]));
        Assert.That(groups.Select(group => group.GetProperty("isNew").GetBoolean()), Has.None.True);
        Assert.That(Document().TryGetProperty("grewMost", out _), Is.False);
    }

    [Test]
    public async Task A_program_gets_one_document()
    {
        await AddAsync(-1, FailureBucket.Quota, FailureBucket.Timeout, FailureBucket.Timeout);

        await CliAsync("failures", "--output", "json", "--samples", "1");

        var report = Document();
        Assert.That(report.GetProperty("groups").EnumerateArray().Select(group => group.GetProperty("group").GetString()), Is.EqualTo(LargestFirst));
        Assert.That(report.GetProperty("grewMost").GetString(), Is.EqualTo("Timeout"));
        Assert.That(report.GetProperty("samples").EnumerateArray().Select(failure => failure.GetProperty("bucket").GetString()), Is.EquivalentTo(LargestFirst));
    }

    [Test]
    public async Task Where_there_are_none_that_is_said()
    {
        Assert.That(await CliAsync("failures"), Is.EqualTo(ExitCode.AsExpected));
        Assert.That(Said, Does.StartWith("0 failures since "));
    }

    [TestCase("failures --samples 101", "--samples must lie within 0 and 100.")]
    [TestCase("failures --watch --output json", "--watch draws a table")]
    [TestCase("failures --since yesterday", "--since")]
    public async Task What_can_not_be_meant_is_refused_with_how_to_mend_it(string command, string complaint)
    {
        Assert.That(await CliAsync(command.Split(' ')), Is.EqualTo(ExitCode.NotRun));
        Assert.That(Complained, Does.Contain(complaint));
    }

    /// <summary>The cells of the rows of the table that begin so.</summary>
    private IEnumerable<string[]> Rows(string first) =>
        Said.Split('\n').Select(line => line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Where(cells => cells.Length > 3 && cells[0] == first);

    private async Task AddAsync(int hours, params FailureBucket[] buckets)
    {
        foreach (var bucket in buckets)
        {
            await AddOneAsync(_hour.AddHours(hours), bucket, "studio");
        }
    }

    private async Task<Failure> AddOneAsync(DateTimeOffset at, FailureBucket bucket, string tenant)
    {
        var failure = Some.Failure() with { At = at, Bucket = bucket, TenantId = tenant };
        await Stores.Failures.RecordAsync(failure, default);
        return failure;
    }
}
