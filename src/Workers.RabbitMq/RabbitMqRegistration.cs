using System.Security.Authentication;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Workers.Contracts;
using Workers.Jobs;
using Workers.Jobs.Lifecycle;
using Workers.Providers;
using Workers.RabbitMq.Acknowledging;
using Workers.RabbitMq.Connections;
using Workers.RabbitMq.Crashes;
using Workers.RabbitMq.DeadLetters;
using Workers.RabbitMq.Delays;
using Workers.RabbitMq.Foreign;
using Workers.RabbitMq.Health;
using Workers.RabbitMq.Intake;
using Workers.RabbitMq.Sending;
using Workers.RabbitMq.Topology;

namespace Workers.RabbitMq;

/// <summary>What a host calls to put the fleet on RabbitMQ.</summary>
public static class RabbitMqRegistration
{
    private const int RecordedAtOnce = 8;

    /// <summary>The broker's address, its topology, and what speaks to it without MassTransit.</summary>
    public static IServiceCollection AddRabbitMq(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<RabbitMqOptions, RabbitMqOptionsValidator>().BindConfiguration(RabbitMqOptions.Section);
        services.AddSingleton<IValidateOptions<RabbitMqOptions>, RabbitMqAddressValidator>();
        services.AddSingleton(provider => new BrokerAddress(provider.GetRequiredService<IOptions<RabbitMqOptions>>().Value));
        services.AddSingleton(provider => new DelayLadder(provider.GetRequiredService<IOptions<RabbitMqOptions>>().Value));
        services.AddSingleton(provider => new FleetTopology(provider.GetRequiredService<IOptions<RabbitMqOptions>>().Value, provider.GetRequiredService<DelayLadder>()));
        services.AddSingleton<TopologyDeployment>();
        services.AddSingleton<ManagementApi>();
        services.AddSingleton<ManagedTopology>();
        services.AddSingleton<EffectivePolicies>();
        services.AddSingleton<PolicyWatch>();
        services.AddSingleton<BrokerPresence>();
        services.AddSingleton<Rejections>();
        services.AddSingleton<TopologyWatch>();
        services.AddSingleton<DeadLetterBrowser>();
        services.AddSingleton<DeadLetterRedrive>();
        services.AddSingleton<DeadLetterRemoval>();
        foreach (var endpoint in IntakeEndpoints.All)
        {
            services.AddSingleton(endpoint);
        }

        services.AddSingleton(provider => new Confirmations(provider.GetRequiredService<IOptions<RabbitMqOptions>>().Value.ConfirmationAlarm, TimeProvider.System));
        return services;
    }

    /// <summary>What a process on RabbitMQ says of itself: whether the broker is there, its queues are consumed and as they were declared, and its confirmations come.</summary>
    public static IHealthChecksBuilder AddRabbitMqHealth(this IHealthChecksBuilder health) => health
        .AddCheck<BrokerHealth>("broker", tags: [HealthTags.Ready, HealthTags.Startup])
        .AddCheck<TopologyHealth>("topology", tags: [HealthTags.Ready])
        .AddCheck<QueuesHealth>("queues", tags: [HealthTags.Ready])
        .AddCheck<PoliciesHealth>("policies", tags: [HealthTags.Ready])
        .AddCheck<ConfirmationsHealth>("confirmations", tags: [HealthTags.Ready]);

    /// <summary>MassTransit's RabbitMQ transport, with the delays of the ladder.</summary>
    /// <param name="bus">The bus to configure.</param>
    /// <param name="observe">Further endpoints, for whoever listens to the events in this process.</param>
    public static void UseRabbitMqTransport(this IBusRegistrationConfigurator bus, Action<IBusRegistrationContext, IRabbitMqBusFactoryConfigurator>? observe = null)
    {
        bus.AddBusObserver<TopologyBeforeBus>();
        bus.AddSingleton<IReplyRoute, DefaultExchangeReplies>();
        bus.AddIntake();
        bus.AddReceiveEndpointObserver<QueueLog>();
        bus.AddReceiveEndpointObserver(provider => provider.GetRequiredService<TopologyWatch>());
        bus.AddSendObserver(provider => provider.GetRequiredService<Confirmations>());
        bus.AddPublishObserver(provider => provider.GetRequiredService<Confirmations>());
        bus.SetBusFactory(new ReconnectingTransport((context, transport) =>
        {
            var options = context.GetRequiredService<IOptions<RabbitMqOptions>>().Value;
            var limits = context.GetRequiredService<IOptions<EndpointOptions>>().Value;
            var time = context.GetRequiredService<TimeProvider>();
            var watch = context.GetRequiredService<TopologyWatch>();
            Connect(transport, context.GetRequiredService<BrokerAddress>());
            PublishEvents(transport);
            EqualTurns.Use(transport);

            // Nobody may be listening to the events; everything else must reach a queue, or its sender must know.
            transport.ConfigurePublish(pipe => pipe.UseExecute(publish => publish.Mandatory = !IsEvent(publish)));
            var scheduler = new LadderSchedulerFilter(context.GetRequiredService<DelayLadder>(), context.GetRequiredService<Chance>(), time);
            transport.AddPrePipeSpecification(new MassTransit.Configuration.FilterPipeSpecification<ConsumeContext>(new TrustedHeaders()));
            transport.AddPrePipeSpecification(new MassTransit.Configuration.FilterPipeSpecification<ConsumeContext>(scheduler));
            transport.ConfigureFleet(context, ConfigureOne);
            transport.ConfigureEndpoints(IntakeEndpoints.All, context, ConfigureOne);
            if (context.GetRequiredService<ProcessRoles>().Roles.HasFlag(Roles.Failures))
            {
                RecordDeadLetters(transport, options, ActivatorUtilities.CreateInstance<DeadLetterRecorder>(context), watch);
            }

            observe?.Invoke(context, transport);

            void ConfigureOne(FleetEndpoint endpoint, IReceiveEndpointConfigurator configurator)
            {
                Configure((IRabbitMqReceiveEndpointConfigurator)configurator, endpoint, options, context.GetRequiredService<Chance>(), time, context.GetRequiredService<Rejections>(), watch);
                ConsumerTimeout.Ask(configurator, ConsumerTimeout.Of(limits.TimeLimit(endpoint.Queue), limits.Concurrency(endpoint), limits.Prefetch(endpoint)));
            }
        }));
    }

    /// <summary>Brings a subscriber's queue the events of the fleet.</summary>
    /// <param name="endpoint">The subscriber's endpoint.</param>
    /// <param name="routingKey">Which of them, for example <c>acme.*</c>; <c>#</c> for all.</param>
    public static void SubscribeToEvents(this IRabbitMqReceiveEndpointConfigurator endpoint, string routingKey = "#")
    {
        endpoint.ConfigureConsumeTopology = false;
        endpoint.Bind(FleetTopology.Events, binding =>
        {
            binding.ExchangeType = "topic";
            binding.RoutingKey = routingKey;
        });
    }

    /// <summary>Brings a subscriber's queue one kind of event, of all tenants.</summary>
    public static void SubscribeToEvents<T>(this IRabbitMqReceiveEndpointConfigurator endpoint)
        where T : class =>
        endpoint.SubscribeToEvents($"#.{FleetTopology.EventWord(typeof(T))}");

    private static void Connect(IRabbitMqBusFactoryConfigurator transport, BrokerAddress broker) =>
        transport.Host(broker.Nodes[0].Host, (ushort)broker.Nodes[0].Port, broker.VirtualHost, "workers", host =>
        {
            host.PublisherConfirmation = true;
            host.UseCluster(cluster =>
            {
                foreach (var (name, port) in broker.Nodes)
                {
                    cluster.Node(FormattableString.Invariant($"{name}:{port}"));
                }
            });
            if (broker.IsTls)
            {
                // MassTransit makes its endpoints of these, not of the factory below; its own defaults would trust any authority, and know no TLS 1.3.
                host.UseSsl(tls =>
                {
                    tls.ServerName = broker.ServerName;
                    tls.Protocol = SslProtocols.None;
                    tls.CertificateValidationCallback = broker.Trusts;
                    tls.CertificateSelectionCallback = broker.Certificate;
                });
            }

            host.OnRefreshConnectionFactory = broker.RefreshAsync;
        });

    private static void Configure(
        IRabbitMqReceiveEndpointConfigurator configurator, FleetEndpoint endpoint, RabbitMqOptions options, Chance chance, TimeProvider time, Rejections rejections, TopologyWatch watch)
    {
        SetArguments(configurator, FleetTopology.ConsumedArguments(options));

        // The topology binds them all, also to the processes' queues that are not running.
        configurator.ConfigureConsumeTopology = false;
        var keeper = new DeadLetterKeeper(endpoint.Queue, options.SendTimeout, time, watch.Ask);
        configurator.ConfigureReceive(pipe =>
        {
            pipe.UseFilter(new TakenBack(options.AcquiredLimit));
            pipe.UseFilter(new EqualTurns(endpoint.Queue, options.SendTimeout));
            pipe.UseFilter(new ProducerUsers(options));
            pipe.UseFilter(new Bystanders(chance));
            pipe.UseFilter(new TimedSends(options.SendTimeout, watch.Ask));
        });
        configurator.ConfigureError(pipe =>
        {
            pipe.UseFilter(new UnreadCommands(rejections));
            pipe.UseFilter(keeper);
        });
        configurator.ConfigureDeadLetter(pipe => pipe.UseFilter(keeper));
    }

    private static void SetArguments(IRabbitMqReceiveEndpointConfigurator endpoint, IReadOnlyDictionary<string, object?> arguments)
    {
        foreach (var (name, value) in arguments)
        {
            endpoint.SetQueueArgument(name, value!);
        }
    }

    private static bool IsEvent(PublishContext publish) => publish.DestinationAddress?.AbsolutePath.EndsWith($"/{FleetTopology.Events}", StringComparison.Ordinal) == true;

    private static void RecordDeadLetters(IRabbitMqBusFactoryConfigurator transport, RabbitMqOptions options, DeadLetterRecorder recorder, TopologyWatch watch) =>
        transport.ReceiveEndpoint(FleetTopology.RecordDeadLetter, endpoint =>
        {
            SetArguments(endpoint, FleetTopology.RecordedArguments(options));

            // Few at once: each may be as large as the broker allows.
            endpoint.PrefetchCount = RecordedAtOnce;
            ConsumerTimeout.Ask(endpoint, ConsumerTimeout.Of(new TimeLimit(EndpointLimits.UsualLongestWork), RecordedAtOnce, RecordedAtOnce));
            endpoint.RethrowFaultedMessages(); // what could not be recorded in that time goes back to its queue
            endpoint.ConfigureReceive(pipe =>
            {
                pipe.UseFilter(new TimedSends(options.SendTimeout, watch.Ask));
                pipe.UseFilter(recorder);
            });
        });

    private static void PublishEvents(IRabbitMqBusFactoryConfigurator transport)
    {
        Event<JobAccepted>(happened => happened.TenantId);
        Event<SubmissionRejected>(happened => happened.TenantId);
        Event<CommandRejected>(happened => happened.TenantId);
        Event<JobStarted>(happened => happened.TenantId);
        Event<JobBlocked>(happened => happened.TenantId);
        Event<JobSucceeded>(happened => happened.TenantId);
        Event<JobFailed>(happened => happened.TenantId);
        Event<JobCancelled>(happened => happened.TenantId);
        Event<AlertFiring>(happened => happened.TenantId);
        Event<AlertResolved>(happened => happened.TenantId);

        void Event<T>(Func<T, string?> tenant)
            where T : class
        {
            var word = FleetTopology.EventWord(typeof(T));
            transport.Message<T>(message => message.SetEntityName(FleetTopology.ExchangeOf(typeof(T))));
            transport.Publish<T>(publish => publish.ExchangeType = "topic");
            transport.Send<T>(send => send.UseRoutingKeyFormatter(context => FleetTopology.RoutingKey(tenant(context.Message), word)));
        }
    }
}
