using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Workers.Providers.Accounts;
using Workers.Providers.Tests.Support;

namespace Workers.Providers.Tests.Accounts;

internal sealed class AccountsTests
{
    /// <summary>What the host would say at start.</summary>
    private static IReadOnlyList<string> Faults(params (string Key, string? Value)[] settings)
    {
        using var host = new ProviderHost(settings: settings.ToDictionary(setting => setting.Key, setting => setting.Value));
        try
        {
            host.Get<IStartupValidator>().Validate();
            return [];
        }
        catch (OptionsValidationException fault)
        {
            return [.. fault.Failures];
        }
    }

    [Test]
    public void AccountsAreReadByName()
    {
        using var host = new ProviderHost(settings: new Dictionary<string, string?>
        {
            ["Accounts:main:Tenants:0"] = "acme",
            ["Accounts:main:TasksInFlight"] = "3",
            ["Accounts:other:Provider"] = "seedance",
            ["Accounts:other:ApiKey"] = "k",
        });
        var accounts = host.Get<IOptions<AccountsOptions>>().Value;

        Assert.That(accounts.Named.Keys, Is.EquivalentTo(["main", "other"]));
        Assert.That(accounts.Named["main"].TasksInFlight, Is.EqualTo(3));
        Assert.That(accounts.Choose("seedance", "acme"), Is.EqualTo("main"));
        Assert.That(accounts.Choose("seedance", "else"), Is.EqualTo("other"));
        Assert.That(Faults(), Is.Empty);
    }

    [Test]
    public void EveryFaultIsToldWithItsAccountAndField()
    {
        var faults = Faults(
            ("Accounts:main:Region", "mars"),
            ("Accounts:main:ApiKeyFile", "key"),
            ("Accounts:main:CreatesPerMinute", "0"),
            ("Accounts:main:BaseAddress", "http://gateway.example.com"),
            ("Accounts:bad name:Provider", "nobody"),
            ("Accounts:bad name:ApiKey", "secret key"));

        Assert.That(faults, Is.EquivalentTo(
        [
            "Accounts:bad name: the name must match [A-Za-z0-9][A-Za-z0-9._-]{0,63}.",
            "Accounts:bad name:Provider must be one of seedance.",
            "Accounts:bad name:ApiKey must be of visible ASCII characters.",
            "Accounts:main:CreatesPerMinute: The field CreatesPerMinute must be between 1 and 1000000.",
            "Accounts:main:ApiKey must be given, or else ApiKeyFile, not both.",
            "Accounts:main:BaseAddress must be an https URI, or an http one of this machine or of a host in Outbound:AllowedHosts.",
            "Accounts:main:Region must be one of ap-southeast, eu-west, cn-beijing.",
        ]));
    }

    private const string NoName = "must be a name of at most 128 letters, digits, and . _ : / @ -, that begins with a letter or digit.";

    [TestCase("dreamina-seedance-2-0-260128", "gate way", NoName)]
    [TestCase("dreamina-seedance-2-0-260128", "", NoName)]
    [TestCase("dreamina-seedance-2-0-260128", "dreamina-seedance-2-5-260628", "must not be the id of another model.")]
    [TestCase("dreamina-seedance-2-0-260128", "taken", "must not be the name of another model, here or at another account.")]
    public void ANameOfAGatewayIsJudgedAtStart(string model, string name, string rule) => Assert.That(
        Faults(
            ($"Accounts:main:Models:{model}", name),
            ("Accounts:other:Provider", "seedance"),
            ("Accounts:other:ApiKey", "k"),
            ("Accounts:other:Models:dreamina-seedance-2-5-260628", name == "taken" ? name : null)).First(fault => fault.StartsWith("Accounts:main", StringComparison.Ordinal)),
        Is.EqualTo($"Accounts:main:Models:{model} {rule}"));

    [Test]
    public void ANameOfAGatewayIsGivenByTheIdOfAModelAndOnce()
    {
        Assert.That(Faults(("Accounts:main:Models:sora", "s")).Single(), Does.StartWith("Accounts:main:Models:sora must be given by the id of a model: dreamina-seedance-2-0-260128, "));
        Assert.That(
            Faults(("Accounts:main:Models:dreamina-seedance-2-0-260128", "a"), ("Accounts:main:Models:doubao-seedance-2-0-260128", "b")),
            Has.Count.EqualTo(2).And.All.EndsWith("names one model twice, by its ids at both platforms."));
        Assert.That(Faults(("Accounts:main:Models:dreamina-seedance-2-0-260128", "ep-20260101-abcde")), Is.Empty);
    }

    [Test]
    public void AProcessThatCallsNobodyStartsWithoutAKey()
    {
        Assert.That(Faults(("Accounts:main:ApiKey", "")), Is.EqualTo(["Accounts:main:ApiKey must be given, or else ApiKeyFile, not both."]));

        var settings = new Dictionary<string, string?> { ["Accounts:main:ApiKey"] = "" };
        using var host = new ProviderHost(settings: settings, with: services => services.Configure<AccountsOptions>(accounts => accounts.KeysAreNeeded = false));
        Assert.That(() => host.Get<IStartupValidator>().Validate(), Throws.Nothing);
    }

    [TestCase("https://gateway.example.com/ark")]
    [TestCase("http://127.0.0.1:8080")]
    [TestCase("http://localhost:8080")]
    [TestCase("http://simulator:8080")]
    public void AKeyIsSentOverHttpOnlyWhereNobodyListens(string address) =>
        Assert.That(Faults(("Accounts:main:BaseAddress", address), ("Outbound:AllowedHosts:0", "simulator:8080")), Is.Empty);

    [Test]
    public void TimesThatContradictAreToldWithBothValues() => Assert.That(
        Faults(("Http:TotalTimeout", "00:00:05"), ("Http:InitialBackoff", "00:00:06")),
        Is.EquivalentTo(
        [
            "Http:TotalTimeout (00:00:05) must not be below Http:CallTimeout (00:00:10).",
            "Http:InitialBackoff (00:00:06) must not be above Http:TotalTimeout (00:00:05).",
        ]));

    [TestCase("Http:CreateTimeout", "00:00:00")]
    [TestCase("Http:Retries", "11")]
    [TestCase("Http:BreakerMinimumCalls", "1")]
    [TestCase("Outbound:MaxRedirects", "-1")]
    [TestCase("Outbound:AllowedHosts:0", "host:99999")]
    [TestCase("Outbound:AllowedHosts:0", "http://host")]
    [TestCase("ObjectStore:BaseAddress", "http://store/")]
    [TestCase("ObjectStore:BaseAddress", "https://store.example.com/?a=b")]
    public void ASettingOutOfRangeIsRefusedAtStart(string key, string value) => Assert.That(Faults((key, value)), Has.Count.EqualTo(1));

    [Test]
    public void AddingTheProvidersTwiceChangesNothing()
    {
        using var host = new ProviderHost(with: services => services.AddProviders());

        Assert.That(host.Get<ProviderDirectory>().Names, Is.EqualTo(["seedance"]));
        Assert.That(() => host.Get<ProviderDirectory>().Find("nobody"), Throws.ArgumentException.With.Message.StartsWith("There is no provider 'nobody'; there are: seedance."));
    }
}
