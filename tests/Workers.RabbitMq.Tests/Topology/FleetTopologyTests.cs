using Workers.Contracts;
using Workers.RabbitMq.Connections;
using Workers.RabbitMq.Delays;
using Workers.RabbitMq.Topology;

namespace Workers.RabbitMq.Tests.Topology;

internal sealed class FleetTopologyTests
{
    private static readonly FleetTopology Topology = new(new RabbitMqOptions(), new DelayLadder(new RabbitMqOptions()));

    [Test]
    public void What_upstream_listens_to_leads_to_nothing_of_the_fleet() =>
        Assert.That(Topology.Bindings.Where(binding => binding.Exchange == FleetTopology.Events), Is.Empty);

    [Test]
    public void Each_event_comes_to_upstream()
    {
        foreach (var exchange in FleetTopology.EventTypes.Select(FleetTopology.ExchangeOf).Where(exchange => exchange != FleetTopology.Events))
        {
            Assert.That(Topology.Bindings, Has.Member(new BindingDeclaration(exchange, FleetTopology.Events, "#") { ToExchange = true }));
        }
    }

    [Test]
    public void A_start_has_an_exchange_of_the_fleets_own() => Assert.That(FleetTopology.ExchangeOf(typeof(JobStarted)), Is.EqualTo("workers-job-started"));

    [Test]
    public void Every_binding_is_between_what_is_declared()
    {
        foreach (var binding in Topology.Bindings)
        {
            Assert.That(Topology.Exchanges.Select(exchange => exchange.Name), Has.Member(binding.Exchange));
            Assert.That(binding.ToExchange ? Topology.Exchanges.Select(exchange => exchange.Name) : Topology.Queues.Select(queue => queue.Name), Has.Member(binding.Destination));
        }
    }

    [Test]
    public void Nothing_is_declared_twice()
    {
        Assert.That(Topology.Exchanges.Select(exchange => exchange.Name), Is.Unique);
        Assert.That(Topology.Queues.Select(queue => queue.Name), Is.Unique);
        Assert.That(Topology.Bindings, Is.Unique);
    }
}
