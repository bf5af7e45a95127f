using MassTransit;
using MassTransit.Configuration;
using MassTransit.Observables;
using MassTransit.RabbitMqTransport.Configuration;
using MassTransit.Transports;

namespace Workers.RabbitMq.Connections;

/// <summary>
/// MassTransit's RabbitMQ transport, but that it is connected again within seconds of the broker's return, however often the broker was lost before. MassTransit's own wait doubles with each
/// loss in a process's life, to half a minute, and never becomes shorter again (ReceiveTransport, 8.5); its policy can't be set from outside.
/// </summary>
internal sealed class ReconnectingTransport : TransportRegistrationBusFactory<IRabbitMqReceiveEndpointConfigurator>
{
    private readonly Action<IBusRegistrationContext, IRabbitMqBusFactoryConfigurator> _configure;
    private readonly BusConfiguration _bus;

    /// <param name="configure">As for <c>UsingRabbitMq</c>. It names the host.</param>
    public ReconnectingTransport(Action<IBusRegistrationContext, IRabbitMqBusFactoryConfigurator> configure)
        : this(configure, new BusConfiguration(new RabbitMqTopologyConfiguration(RabbitMqBusFactory.CreateMessageTopology())))
    {
    }

    private ReconnectingTransport(Action<IBusRegistrationContext, IRabbitMqBusFactoryConfigurator> configure, BusConfiguration bus)
        : base(bus.HostConfiguration) => (_configure, _bus) = (configure, bus);

    /// <inheritdoc />
    public override IBusInstance CreateBus(IBusRegistrationContext context, IEnumerable<IBusInstanceSpecification> specifications, string busName) =>
        CreateBus(new RabbitMqBusFactoryConfigurator(_bus), context, _configure, specifications);

    private sealed class HostConfiguration : RabbitMqHostConfiguration
    {
        private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);
        private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

        public HostConfiguration(IRabbitMqBusConfiguration bus, IRabbitMqTopologyConfiguration topology)
            : base(bus, topology) =>
            ReceiveTransportRetryPolicy = Retry.CreatePolicy(retry =>
            {
                retry.Handle<Exception>(base.ReceiveTransportRetryPolicy.IsHandled);
                retry.Exponential(int.MaxValue, ShortestWait, LongestWait, intervalDelta: ShortestWait);
            });

        /// <summary>The wait for the broker, of each endpoint and of each send: after the same faults as MassTransit's.</summary>
        public override IRetryPolicy ReceiveTransportRetryPolicy { get; }
    }

    /// <summary>As MassTransit's own, which makes its host itself.</summary>
    private sealed class BusConfiguration : RabbitMqEndpointConfiguration, IRabbitMqBusConfiguration
    {
        private readonly BusObservable _observers = new();

        public BusConfiguration(IRabbitMqTopologyConfiguration topology)
            : base(topology)
        {
            HostConfiguration = new HostConfiguration(this, topology);
            BusEndpointConfiguration = CreateEndpointConfiguration(isBusEndpoint: true);
        }

        public IRabbitMqHostConfiguration HostConfiguration { get; }

        public IRabbitMqEndpointConfiguration BusEndpointConfiguration { get; }

        IHostConfiguration IBusConfiguration.HostConfiguration => HostConfiguration;

        IEndpointConfiguration IBusConfiguration.BusEndpointConfiguration => BusEndpointConfiguration;

        IBusObserver IBusConfiguration.BusObservers => _observers;

        public ConnectHandle ConnectBusObserver(IBusObserver observer) => _observers.Connect(observer);

        public ConnectHandle ConnectEndpointConfigurationObserver(IEndpointConfigurationObserver observer) => HostConfiguration.ConnectEndpointConfigurationObserver(observer);
    }
}
