using Workers.Cli.Files;
using Workers.Cli.Tests.Support;

namespace Workers.Cli.Tests.Running;

internal sealed class When_the_sample_is_run : CliTest
{
    private static readonly string Sample = Path.Combine(AppContext.BaseDirectory, "Samples", "jobs.jsonl");

    [Test]
    public async Task Every_line_ends_as_it_says()
    {
        Assert.That(await RunAsync(Sample), Is.EqualTo(ExitCode.AsExpected), () => Output.ToString());
        Assert.That(Output.ToString(), Does.Contain("no job has more than one live or billed task"));
    }

    [Test]
    public async Task It_shows_every_end_but_a_cancelled_one()
    {
        var lines = await JobFile.ReadAsync(Sample, CancellationToken.None);

        Assert.That(lines, Has.Count.GreaterThanOrEqualTo(24).And.All.Matches<JobLine>(line => line.Expected is not null));
        Assert.That(
            string.Join(' ', lines.Select(line => $"{line.Expected}").Distinct().Order()),
            Is.EqualTo("blocked:Validation duplicate failed:ContentPolicy rejected succeeded"));
    }
}
