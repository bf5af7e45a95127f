using System.CommandLine;
using Workers.Simulator.CommandLine;

namespace Workers.Simulator.Tests;

internal sealed class CommandLineTests
{
    private readonly Dictionary<string, string> _environment = [];

    [Test]
    public void NothingSaidIsTheDefaults()
    {
        var options = Read();

        Assert.That(options, Is.EqualTo(new SimulatorOptions { Port = 8090 }).UsingPropertiesComparer());
    }

    [Test]
    public void EveryOptionIsTaken()
    {
        var options = Read(
            "--port", "0", "--address", "0.0.0.0", "--seed", "7", "--keys", "a=one,b", "--max-running", "2", "--max-queued", "3", "--creates-per-minute", "4",
            "--gets-per-second", "5", "--lists-per-second", "6", "--deletes-per-second", "8", "--clock-ahead", "-20m", "--tells-time", "false", "--lists", "by-model", "--start-delay", "9s", "--min-task-duration", "500ms",
            "--max-task-duration", "00:02:00", "--output-padding", "10", "--counters-only", "true");

        Assert.That(options, Is.EqualTo(new SimulatorOptions
        {
            Port = 0,
            Address = "0.0.0.0",
            Seed = 7,
            ApiKeys = new Dictionary<string, string> { ["a"] = "one", ["b"] = "account-2" },
            MaxRunning = 2,
            MaxQueued = 3,
            CreatesPerMinute = 4,
            GetsPerSecond = 5,
            ListsPerSecond = 6,
            DeletesPerSecond = 8,
            ClockAhead = TimeSpan.FromMinutes(-20),
            TellsTime = false,
            Lists = ListOffer.ByModel,
            StartDelay = TimeSpan.FromSeconds(9),
            MinTaskDuration = TimeSpan.FromMilliseconds(500),
            MaxTaskDuration = TimeSpan.FromMinutes(2),
            OutputPaddingBytes = 10,
            KeepCountersOnly = true,
        }).UsingPropertiesComparer());
    }

    [Test]
    public void TheEnvironmentIsTakenWhereTheCommandLineIsSilent()
    {
        _environment["SIMULATOR_SEED"] = "7";
        _environment["SIMULATOR_MAX_RUNNING"] = "8";

        var options = Read("--max-running", "9");

        Assert.That((options.Seed, options.MaxRunning), Is.EqualTo((7, 9)));
    }

    [Test]
    public void AFaultScriptIsReadFromItsFile()
    {
        var path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{Guid.NewGuid():N}.json");
        File.WriteAllText(path, """{"rules":[{"operation":"task","fault":"stuck"}]}""");

        try
        {
            Assert.That(Read("--faults", path).Faults.Rules.Single().Fault, Is.EqualTo(new Fault.StuckTask()));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public void MistakesAreToldWithTheirNames()
    {
        _environment["SIMULATOR_SEED"] = "lucky";

        var errors = new SimulatorCommand(_environment.GetValueOrDefault).Parse(["--time-scale", "0", "--faults", "/nowhere/at/all"]).Errors;

        Assert.That(errors.Select(error => error.Message), Is.EquivalentTo([
            "SIMULATOR_SEED: 'lucky' is not understood.",
            "--time-scale: '0' is not understood.",
            "--faults: Could not find a part of the path '/nowhere/at/all'.",
        ]));
    }

    [Test]
    public async Task ItServesUntilItIsStopped()
    {
        using var stop = new CancellationTokenSource();
        await using var output = new StringWriter();
        var run = new SimulatorCommand(_environment.GetValueOrDefault)
            .Parse(["--port", "0", "--time-scale", "30"])
            .InvokeAsync(new InvocationConfiguration { Output = output }, stop.Token);
        await stop.CancelAsync();

        Assert.That(await run, Is.Zero);
        Assert.That(output.ToString(), Does.Match("http://127.0.0.1:[0-9]+/api/v3/").And.Contain("30 times"));
    }

    [TestCase("command line")]
    [TestCase("environment")]
    public async Task ItsHealthIsAskedByCommand(string from)
    {
        await using var simulator = await ModelArkSimulator.StartAsync(new SimulatorOptions(), TimeProvider.System, CancellationToken.None);
        var port = $"{simulator.Root.Port}";
        _environment["SIMULATOR_PORT"] = from == "environment" ? port : "1";
        string[] line = from == "environment" ? ["health"] : ["--port", port, "health"];

        Assert.That(await HealthAsync(line), Is.EqualTo((0, "")));
    }

    [Test]
    public async Task WhereNobodyListensHealthSaysSo() =>
        Assert.That(await HealthAsync("--port", "1", "health"), Is.EqualTo((1, "http://127.0.0.1:1/health does not answer (HttpRequestException).")));

    private async Task<(int Code, string Error)> HealthAsync(params string[] line)
    {
        await using var error = new StringWriter();
        var code = await new SimulatorCommand(_environment.GetValueOrDefault).Parse(line).InvokeAsync(new InvocationConfiguration { Error = error });
        return (code, error.ToString().Trim());
    }

    private SimulatorOptions Read(params string[] line)
    {
        var command = new SimulatorCommand(_environment.GetValueOrDefault);
        var parsed = command.Parse(line);
        Assert.That(parsed.Errors, Is.Empty);
        return command.Read(parsed);
    }
}
