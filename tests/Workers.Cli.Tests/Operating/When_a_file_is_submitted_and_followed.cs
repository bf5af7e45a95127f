namespace Workers.Cli.Tests.Operating;

internal sealed class When_a_file_is_submitted_and_followed : OperatorTest
{
    private static readonly string Sample = Path.Combine(AppContext.BaseDirectory, "Samples", "jobs.jsonl");

    [Test]
    public async Task Every_line_of_the_sample_ends_as_it_says_also_the_second_time()
    {
        await StartFleet();

        Assert.That(await OperateAsync("submit", Sample, "--follow", "--simulator", Simulator.Root.ToString()), Is.EqualTo(ExitCode.AsExpected), () => Said + Complained);
        Assert.That(Said, Does.Contain("29 of 29 lines ended as expected").And.Contain("24 succeeded, 2 blocked, 1 duplicate, 1 rejected, 1 failed"));
        var tasks = Simulator.Ledger.Tasks.Count;

        Assert.That(await OperateAsync("submit", Sample, "--follow", "--simulator", Simulator.Root.ToString()), Is.EqualTo(ExitCode.AsExpected), () => Said + Complained);
        Assert.That(Simulator.Ledger.Tasks, Has.Count.EqualTo(tasks), "nothing is made again");
        NothingIsPaidTwice();
    }

    [Test]
    public async Task An_end_that_the_line_does_not_name_is_told()
    {
        await StartFleet();
        var file = Write("jobs.jsonl", Line("one", "failed"), Line("two", "succeeded"));

        Assert.That(await OperateAsync("submit", file, "--follow"), Is.EqualTo(ExitCode.Otherwise), () => Said + Complained);

        Assert.That(Said, Does.Contain("1 of 2 lines ended as expected").And.Contain("jobs.jsonl:1  one  succeeded instead of failed"));
    }

    [Test]
    public async Task Past_its_time_it_ends_and_the_fleet_goes_on()
    {
        SimulatorOptions.MinTaskDuration = SimulatorOptions.MaxTaskDuration = TimeSpan.FromHours(1);
        await StartFleet();

        Assert.That(await OperateAsync("submit", Write("jobs.jsonl", Line("one", "succeeded")), "--follow", "--timeout", "00:00:03"), Is.EqualTo(ExitCode.NotRun), () => Said + Complained);

        Assert.That(Said, Does.Contain("Stopped: the time-out of 00:00:03 passed").And.Contain("0 of 1 line").And.Contain("The fleet goes on with these"));
    }

    [Test]
    public async Task The_simulator_s_address_must_be_told()
    {
        await StartFleet();

        Assert.That(await OperateAsync("submit", Sample, "--follow"), Is.EqualTo(ExitCode.NotRun));

        Assert.That(Complained, Does.Contain("Nothing was sent").And.Contain("{simulator} stands for the simulator's address").And.Contain("--simulator"));
    }

    private static string Line(string key, string end) =>
        $$$"""{"tenantId":"{{{Tenant}}}","idempotencyKey":"{{{key}}}","provider":"seedance","input":{"model":"dreamina-seedance-2-0-260128","prompt":"A kite for {{{key}}}."},"expectedEnd":"{{{end}}}"}""";
}
