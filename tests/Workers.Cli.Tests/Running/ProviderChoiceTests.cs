using Microsoft.Extensions.Configuration;
using Workers.Cli.Running;

namespace Workers.Cli.Tests.Running;

internal sealed class ProviderChoiceTests
{
    private static readonly RunSettings Nothing = new() { File = "jobs.jsonl" };

    [Test]
    public void WithoutAnAccountTheSimulatorIsAsked() => Assert.That(ProviderChoice.Of(Nothing, Outside()).IsSimulator, Is.True);

    [Test]
    public void AConfiguredAccountIsAsked()
    {
        var choice = ProviderChoice.Of(Nothing, Outside(("Accounts:main:Provider", "seedance"), ("Accounts:main:ApiKey", "k")));

        Assert.That(choice.IsSimulator, Is.False);
        Assert.That(() => choice.Guard(isEphemeral: false), Throws.InstanceOf<CannotStartException>());
    }

    [Test]
    public void TheSimulatorCanBeInsistedOn() =>
        Assert.That(ProviderChoice.Of(Nothing with { Simulator = true }, Outside(("Accounts:main:ApiKey", "k"))).IsSimulator, Is.True);

    [Test]
    public void ARealProviderNeedsADurableStore()
    {
        var choice = ProviderChoice.Of(Nothing with { Provider = new Uri("https://ark.example.com/api/v3") }, Outside(("Accounts:main:ApiKey", "k")));

        Assert.That(
            () => choice.Guard(isEphemeral: false),
            Throws.InstanceOf<CannotStartException>().With.Message.Contains("ark.example.com").And.Message.Contains("no durable store yet").And.Message.Contains("--ephemeral"));
    }

    [Test]
    public void ARealProviderIsAskedWhenTheLossIsAccepted()
    {
        var choice = ProviderChoice.Of(Nothing with { Provider = new Uri("https://ark.example.com/api/v3") }, Outside());

        Assert.That(() => choice.Guard(isEphemeral: true), Throws.Nothing);
        Assert.That(choice.Added["Accounts:main:BaseAddress"], Is.EqualTo("https://ark.example.com/api/v3/"));
        Assert.That(choice.Added["Accounts:main:Provider"], Is.EqualTo("seedance"));
    }

    [Test]
    public void AProviderOnThisMachineIsNotReal() =>
        Assert.That(() => ProviderChoice.Of(Nothing with { Provider = new Uri("http://127.0.0.1:8090/api/v3/") }, Outside()).Guard(isEphemeral: false), Throws.Nothing);

    [Test]
    public void OneRealAccountAmongOthersIsEnough() =>
        Assert.That(
            () => ProviderChoice.Of(Nothing with { Provider = new Uri("http://127.0.0.1:8090/") }, Outside(("Accounts:other:Provider", "seedance"))).Guard(isEphemeral: false),
            Throws.InstanceOf<CannotStartException>());

    private static IConfiguration Outside(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
}
