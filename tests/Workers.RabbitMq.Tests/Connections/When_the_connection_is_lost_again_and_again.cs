using Microsoft.Extensions.Diagnostics.HealthChecks;
using Workers.Testing.Broker;

namespace Workers.RabbitMq.Tests.Connections;

[Category("Integration")]
internal sealed class When_the_connection_is_lost_again_and_again
{
    private const int Losses = 4;

    /// <summary>The longest wait between two tries, its chance, and a slow machine.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Test]
    public async Task It_is_connected_again_within_seconds_however_often_it_was_lost_before()
    {
        await using var host = await VirtualHost.CreateAsync();
        await using var wire = new BrokerProxy(new Uri(host.Url));
        await using var bus = await ConnectedBus.StartAsync(("Url", wire.Url.ToString()));
        await bus.HearsAsync("hello");
        List<TimeSpan> waits = [];
        for (var loss = 0; loss < Losses; loss++)
        {
            var tries = wire.Refused;
            wire.Cut();

            // Asked in vain: a loss that is over before anybody notices is not waited for.
            await bus.EventuallyAsync(() => Task.FromResult(wire.Refused > tries), $"It should try to connect after loss {loss}.");
            wire.Mend();
            var mended = TimeProvider.System.GetTimestamp();
            await bus.EventuallyAsync(async () => (await bus.HealthAsync()).Status == HealthStatus.Healthy, $"It should be connected again after loss {loss}.");
            waits.Add(TimeProvider.System.GetElapsedTime(mended));
        }

        TestContext.Out.WriteLine($"connected again after {string.Join(", ", waits.Select(wait => FormattableString.Invariant($"{wait.TotalSeconds:F1} s")))}");
        Assert.That(waits, Is.All.LessThan(Soon));
        await bus.HearsAsync("hello again");
    }
}
