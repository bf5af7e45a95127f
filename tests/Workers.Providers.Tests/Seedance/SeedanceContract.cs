using Microsoft.Extensions.Time.Testing;
using Workers.Contracts;
using Workers.Providers.Tests.Support;
using Workers.Simulator;
using Workers.Testing.Providers;

namespace Workers.Providers.Tests.Seedance;

/// <summary>Seedance keeps the contract of providers, over real HTTP, against the simulator of ModelArk.</summary>
[TestFixture]
internal sealed class SeedanceContract : ProviderContract
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 10, 1, 0, 0, 0, TimeSpan.Zero));
    private ModelArkSimulator _simulator = null!;
    private ProviderHost _host = null!;

    [SetUp]
    public async Task StartSimulator()
    {
        _simulator = await ModelArkSimulator.StartAsync(new(), _time, CancellationToken.None);
        _host = new ProviderHost(settings: new Dictionary<string, string?>
        {
            ["Accounts:main:ApiKey"] = "simulator-key",
            ["Accounts:main:BaseAddress"] = _simulator.BaseAddress.AbsoluteUri,
            ["Http:Retries"] = "0",
        });
    }

    [TearDown]
    public async Task StopSimulator()
    {
        await _host.DisposeAsync();
        await _simulator.DisposeAsync();
    }

    protected override IGenerationProvider Provider => _host.Seedance;

    protected override string Account => ProviderHost.Account;

    protected override int TasksMade => _simulator.Ledger.Tasks.Count;

    protected override void Pass(TimeSpan time) => _time.Advance(time);

    protected override async Task StopServerAsync() => await _simulator.DisposeAsync();

    protected override JobInput InputOf(Situation situation) => Some.Input(
        """{"resolution":"720p","ratio":"16:9","duration":5}""",
        prompt: "a lighthouse " + situation switch
        {
            Situation.Fails => "[simulate task moderate]",
            Situation.StaysQueued => "[simulate task stay-queued]",
            Situation.StaysRunning => "[simulate task stuck]",
            Situation.TellsAnUnknownStatus => "[simulate task unknown-status paused]",
            Situation.IsRefused => "[simulate create answer 400 InputTextSensitiveContentDetected]",
            Situation.AnswerIsLost => "[simulate create drop-response]",
            _ => "",
        });
}
