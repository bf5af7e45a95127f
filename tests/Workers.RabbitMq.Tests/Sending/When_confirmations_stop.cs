using Microsoft.Extensions.Diagnostics.HealthChecks;
using Workers.RabbitMq.Tests.Connections;
using Workers.Testing.Broker;

namespace Workers.RabbitMq.Tests.Sending;

[Category("Integration")]
internal sealed class When_confirmations_stop
{
    [Test]
    public async Task Health_says_since_when_and_how_many_until_they_come_again()
    {
        await using var host = await VirtualHost.CreateAsync();
        await using var wire = new BrokerProxy(new Uri(host.Url));
        await using var bus = await ConnectedBus.StartAsync(("Url", wire.Url.ToString()), ("ConfirmationAlarm", "00:00:01"));
        await bus.HearsAsync("hello");

        wire.Freeze();
        var sends = Enumerable.Range(0, 3).Select(i => bus.Bus.Publish(new Spoken($"{i}"))).ToArray();
        await bus.EventuallyAsync(async () => (await ConfirmationsAsync(bus)).Status == HealthStatus.Unhealthy, "Confirmations should be missed.");
        var confirmations = await ConfirmationsAsync(bus);
        Assert.That(confirmations.Description, Does.Match(@"^The broker has confirmed nothing of 3 sends since \d\d:\d\d:\d\d UTC, for [12] s\.$"));
        Assert.That((await bus.HealthAsync()).Entries["queues"].Status, Is.EqualTo(HealthStatus.Healthy), "nothing else tells");

        wire.Thaw();
        await Task.WhenAll(sends).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That((await ConfirmationsAsync(bus)).Status, Is.EqualTo(HealthStatus.Healthy));
    }

    private static async Task<HealthReportEntry> ConfirmationsAsync(ConnectedBus bus) => (await bus.HealthAsync()).Entries["confirmations"];
}
