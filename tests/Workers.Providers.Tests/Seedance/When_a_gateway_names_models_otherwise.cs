using System.Text.Json;
using Workers.Providers.Tests.Support;

namespace Workers.Providers.Tests.Seedance;

/// <summary>An account's options tell what its gateway calls the models.</summary>
internal sealed class When_a_gateway_names_models_otherwise
{
    private const string Alias = "gate/seedance-pro";
    private const string Retired = "seedance-1-5-pro-251215";
    private const string OldAlias = "seedance-old";

    private static readonly Dictionary<string, string?> Settings = new()
    {
        [$"Accounts:main:Models:{Some.Model}"] = Alias,
        [$"Accounts:main:Models:{Retired}"] = OldAlias,
        ["Accounts:plain:Provider"] = "seedance",
        ["Accounts:plain:ApiKey"] = "key-of-plain",
        ["Accounts:plain:Region"] = "cn-beijing",
    };

    private readonly ScriptedArk _ark = new();

    private ProviderHost Host() => new(_ark, settings: Settings);

    [TestCase(Some.Model)]
    [TestCase("doubao-seedance-2-0-260128")]
    [TestCase(Alias)]
    public async Task It_is_asked_by_its_own_name_whichever_the_job_gave(string given)
    {
        _ark.Answers("""{"id":"cgt-1"}""").Answers("""{"total":0,"items":[]}""");
        await using var host = Host();

        await host.Seedance.CreateAsync(Some.Create(Some.Input(model: given)), CancellationToken.None);
        await host.Seedance.BrowseAsync(ProviderHost.Account, given, 1, CancellationToken.None);

        using var sent = JsonDocument.Parse(_ark.Calls[0].Body);
        Assert.That(sent.RootElement.GetProperty("model").GetString(), Is.EqualTo(Alias));
        Assert.That(_ark.Calls[1].Uri.Query, Does.EndWith("&filter.model=gate%2Fseedance-pro"));
    }

    [Test]
    public async Task An_account_without_names_of_its_own_is_asked_by_the_platforms()
    {
        _ark.Answers("""{"id":"cgt-1"}""");
        await using var host = Host();

        await host.Seedance.CreateAsync(Some.Create(Some.Input(model: Alias)) with { Account = "plain" }, CancellationToken.None);

        using var sent = JsonDocument.Parse(_ark.Calls[0].Body);
        Assert.That(sent.RootElement.GetProperty("model").GetString(), Is.EqualTo("doubao-seedance-2-0-260128"));
    }

    [Test]
    public void The_models_rules_and_prices_hold_for_its_name()
    {
        using var host = Host();
        var seedance = host.Seedance;

        Assert.That(seedance.Check(Some.Input(model: Alias), expect: null), Is.Empty);
        Assert.That(seedance.Check(Some.Input("""{"frames":29}""", Alias), expect: null), Has.Count.EqualTo(1));
        Assert.That(seedance.Estimate(Some.Input("""{"duration":5}""", Alias), ProviderHost.Account), Is.EqualTo(TaskPrice.Of(108_900, 7.0m, "USD")));
        Assert.That(seedance.Check(Some.Input(model: "gate/other"), expect: null), Has.Count.EqualTo(1));
    }

    [Test]
    public void A_gateway_decides_itself_until_when_it_serves_a_model()
    {
        using var host = Host();

        Assert.That(host.Seedance.Check(Some.Input(model: OldAlias), expect: null), Is.Empty);
    }

    [TestCase(Some.Model, Alias)]
    [TestCase(Alias, Some.Model)]
    [TestCase(Alias, "doubao-seedance-2-0-260128")]
    public async Task Its_tasks_are_recognised_by_either_name(string asked, string found)
    {
        _ark.Answers(Some.Task(changes: ("model", $"\"{found}\"")));
        await using var host = Host();

        var task = await host.Seedance.GetAsync(ProviderHost.Account, "cgt-1", CancellationToken.None);

        Assert.That(host.Seedance.Matches(task!, host.Seedance.Intent(Some.Input(model: asked), 90_001)), Is.True);
        Assert.That(host.Seedance.Matches(task!, host.Seedance.Intent(Some.Input(model: OldAlias), 90_001)), Is.False);
    }
}
