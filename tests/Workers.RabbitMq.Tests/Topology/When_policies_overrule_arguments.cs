using System.Net.Http.Json;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Workers.Testing.Broker;

namespace Workers.RabbitMq.Tests.Topology;

[Category("Integration")]
internal sealed class When_policies_overrule_arguments
{
    private VirtualHost _broker = null!;
    private DeployedTopology _topology = null!;

    [SetUp]
    public async Task Deploy()
    {
        _broker = await VirtualHost.CreateAsync();
        _topology = new DeployedTopology(_broker, ("ManagementUrl", _broker.Management.BaseAddress!.ToString()));
        await _topology.Deployment.DeployAsync(CancellationToken.None);
    }

    [TearDown]
    public async Task Remove()
    {
        if (_topology is null)
        {
            return; // there is no broker to test with
        }

        await _topology.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Test]
    public async Task Each_is_named_with_its_policy_and_health_says_so()
    {
        await SetAsync("policies", "limits", "all", ("delivery-limit", 2), ("alternate-exchange", "amq.fanout"));
        await SetAsync("operator-policies", "old", "queues", ("message-ttl", 60_000));

        var found = await _topology.Policies.ReadAsync(CancellationToken.None);

        Assert.That(found!.IsComplete, Is.True);
        var told = found.Overruled.Select(overruled => overruled.ToString()).ToList();
        Assert.That(told, Has.Member("queue workers-crashed: policy limits with operator policy old sets delivery-limit 2: dead letters that are looked at more often are dropped"));
        Assert.That(told, Has.Member("queue workers-delay-5m: policy limits with operator policy old sets message-ttl 60000: messages that wait to be delivered again come early"));
        Assert.That(told, Has.Some.StartsWith("exchange workers-dead-letters: policy limits sets alternate-exchange amq.fanout: "));
        Assert.That(told, Has.None.StartsWith("queue workers-delay-5s: "), "its own time is shorter");
        Assert.That(told, Has.None.StartsWith("exchange workers-events: ").And.None.StartsWith("exchange workers-intake: "));
        var health = await _topology.HealthAsync();
        Assert.That(health.Status, Is.EqualTo(HealthStatus.Unhealthy));
        Assert.That(health.Description, Does.Contain("queue workers-crashed: policy limits"));
    }

    [Test]
    public async Task What_an_operator_may_set_is_no_fault()
    {
        await SetAsync("policies", "spread", "all", ("queue-leader-locator", "balanced"), ("consumer-timeout", 3_600_000));

        Assert.That((await _topology.Policies.ReadAsync(CancellationToken.None))!.Overruled, Is.Empty);
        Assert.That((await _topology.HealthAsync()).Status, Is.EqualTo(HealthStatus.Healthy));
    }

    private async Task SetAsync(string kind, string name, string applyTo, params (string Key, object Value)[] definition)
    {
        using var response = await _broker.Management.PutAsJsonAsync(
            new Uri($"api/{kind}/{_broker.Name}/{name}", UriKind.Relative),
            new Dictionary<string, object> { ["pattern"] = "^workers-", ["apply-to"] = applyTo, ["definition"] = definition.ToDictionary(setting => setting.Key, setting => setting.Value) });
        Assert.That(response.IsSuccessStatusCode, Is.True, await response.Content.ReadAsStringAsync());
    }
}
