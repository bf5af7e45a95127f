using System.Text.Json;
using Workers.Cli.Tests.Support;

namespace Workers.Cli.Tests.Running;

internal sealed class When_a_run_is_stopped : CliTest
{
    [Test]
    public async Task The_tasks_left_running_are_listed()
    {
        var running = Output.Seen("Running");
        var run = RunAsync(Jobs(Job("endless", "A river. [simulate task stuck]")));
        await running;
        await StopAsync();

        Assert.That(await run, Is.EqualTo(ExitCode.NotRun));
        Assert.That(Output.ToString(), Does.Contain("Stopped: ").And.Match(@"Unfinished\n  jobs\.jsonl:1  endless  Running  task cgt-\S+, account simulator"));
    }

    [Test]
    public async Task A_call_whose_answer_is_unknown_is_listed_with_what_to_look_for()
    {
        var submitting = Error.Seen("Submitting");
        var run = RunAsync(Jobs(Job("lost", "A river. [simulate create drop-response] [simulate task stuck]")), "--output", "json", "--timeout", "00:00:02");
        await submitting;

        Assert.That(await run, Is.EqualTo(ExitCode.NotRun));
        using var document = JsonDocument.Parse(Output.ToString());
        var attempt = document.RootElement.GetProperty("unsettled")[0];
        Assert.That(attempt.TryGetProperty("taskId", out _), Is.False);
        Assert.That(attempt.GetProperty("fingerprint").GetInt64(), Is.GreaterThanOrEqualTo(86_400));
    }

    [Test]
    public async Task It_stops_by_itself_when_its_time_is_over()
    {
        Assert.That(await RunAsync(Jobs(Job("endless", "A river. [simulate task stuck]")), "--timeout", "00:00:02"), Is.EqualTo(ExitCode.NotRun));
        Assert.That(Output.ToString(), Does.Contain("Stopped: the run's time-out of 00:00:02 passed"));
    }
}
