using System.Text.Json;
using Workers.Cli.Tests.Support;
using Workers.Simulator;

namespace Workers.Cli.Tests.Running;

internal sealed class When_a_file_is_run : CliTest
{
    [Test]
    public async Task Each_change_is_a_line_and_the_end_is_summed_up()
    {
        Assert.That(await RunAsync(Jobs(Job("one"), Job("one", end: "duplicate"))), Is.EqualTo(ExitCode.AsExpected));

        var told = Output.ToString();
        Assert.That(told, Does.Match(@"one +Submitting(.|\n)*one +Running +cgt-(.|\n)*one +Succeeded +cgt-.* video "));
        Assert.That(told, Does.Match(@"one +Duplicate"));
        Assert.That(told, Does.Contain("2 of 2 lines ended as expected"));
        Assert.That(told, Does.Contain("no job has more than one live or billed task"));
        Assert.That(told, Does.Contain("1 creates"));
        Assert.That(Directory.GetFiles(Results, "result.json", SearchOption.AllDirectories), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task A_deviation_is_told_with_its_reason_and_exits_with_2()
    {
        var file = Jobs(Job("one", "A street. [simulate task moderate]"), Job("two"));

        Assert.That(await RunAsync(file), Is.EqualTo(ExitCode.Otherwise));
        Assert.That(Output.ToString(), Does.Match(@"jobs\.jsonl:1  one  failed:ContentPolicy instead of succeeded\n +The provider's moderation refused"));
    }

    [Test]
    public async Task What_is_blocked_tells_what_to_mend()
    {
        var file = Jobs(Job("one", end: "blocked:Validation").Replace("\"duration\":4", "\"duration\":99", StringComparison.Ordinal));

        Assert.That(await RunAsync(file), Is.EqualTo(ExitCode.AsExpected));
        Assert.That(Output.ToString(), Does.Contain("input.parameters.duration: must lie within 4 and 15").And.Contain("-> Resume the job with corrected input."));
    }

    [Test]
    public async Task A_line_that_can_not_be_read_may_be_expected()
    {
        Assert.That(await RunAsync(Jobs("""{"tenantId":5,"expectedEnd":"rejected"}""", """{"tenantId":"acme","expectedEnd":"rejected"}""")), Is.EqualTo(ExitCode.AsExpected));
        Assert.That(Output.ToString(), Does.Contain("tenantId: must be a text").And.Contain("input: a submission has an input"));
    }

    [Test]
    public async Task The_document_stands_alone_on_standard_output()
    {
        Assert.That(await RunAsync(Jobs(Job("one"), Job("two", "A street. [simulate task moderate]", "failed")), "--output", "json"), Is.EqualTo(ExitCode.AsExpected));

        using var document = JsonDocument.Parse(Output.ToString());
        var report = document.RootElement;
        Assert.That(report.GetProperty("exitCode").GetInt32(), Is.Zero);
        Assert.That(report.GetProperty("asExpected").GetInt32(), Is.EqualTo(2));
        Assert.That(report.GetProperty("failures").GetProperty("ContentPolicy").GetInt32(), Is.EqualTo(1));
        Assert.That(report.GetProperty("calls").GetProperty("creates").GetInt64(), Is.EqualTo(2));
        Assert.That(report.GetProperty("calls").GetProperty("jobsPaidTwice").GetInt32(), Is.Zero);
        Assert.That(report.GetProperty("costs")[0].GetProperty("actual").GetDecimal(), Is.EqualTo(report.GetProperty("calls").GetProperty("billedUsd").GetDecimal()));
        Assert.That(report.GetProperty("lines")[0].GetProperty("outputs")[0].GetProperty("sha256").GetString(), Has.Length.EqualTo(64));
        Assert.That(report.GetProperty("lines")[1].GetProperty("end").GetString(), Is.EqualTo("failed:ContentPolicy"));
        Assert.That(Error.ToString(), Does.Contain("Succeeded"));
    }

    [Test]
    public async Task A_second_run_overwrites_the_results()
    {
        Assert.That(await RunAsync(Jobs(Job("one"))), Is.EqualTo(ExitCode.AsExpected));
        Assert.That(await RunAsync(Jobs(Job("one"))), Is.EqualTo(ExitCode.AsExpected));
        Assert.That(Directory.GetFiles(Results, "*", SearchOption.AllDirectories), Has.Length.EqualTo(2));
    }

    [Test]
    public async Task The_log_goes_to_its_file()
    {
        var log = Path.Combine(Results, "run.log");
        Assert.That(await CliAsync("run", Jobs(Job("one")), "--simulator", "--results", Results, "--time-scale", "60", "--logs", "Information", "--log-file", log), Is.EqualTo(ExitCode.AsExpected));
        Assert.That(await File.ReadAllTextAsync(log), Does.Contain("has task cgt-"));
        Assert.That(Error.ToString(), Is.Empty);
    }

    [Test]
    public async Task Another_provider_on_this_machine_is_asked_by_the_usual_clock()
    {
        var options = new SimulatorOptions { StartDelay = TimeSpan.Zero, MinTaskDuration = TimeSpan.FromSeconds(0.1), MaxTaskDuration = TimeSpan.FromSeconds(0.1) };
        await using var provider = await ModelArkSimulator.StartAsync(options, TimeProvider.System, CancellationToken.None);
        var key = Write("key", options.ApiKeys.Keys.First());

        var run = CliAsync("run", Jobs(Job("one")), "--provider", $"{provider.BaseAddress}", "--api-key-file", key, "--results", Results, "--logs", "Fatal");

        Assert.That(await run, Is.EqualTo(ExitCode.AsExpected), () => Output.ToString());
        Assert.That(provider.Ledger.Tasks, Has.Count.EqualTo(1));
        Assert.That(Output.ToString(), Does.Not.Contain("counted by the simulator"));
    }
}
