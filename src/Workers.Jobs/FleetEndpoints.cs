using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Workers.Contracts;
using Workers.Jobs.Failures;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Polling;
using Workers.Jobs.Retrieval;
using Workers.Jobs.Submission;
using Workers.Jobs.Telemetry;

namespace Workers.Jobs;

/// <summary>One queue of the fleet.</summary>
/// <param name="Queue">Named by its message.</param>
/// <param name="Role">Which processes consume it.</param>
/// <param name="Concurrency">Messages handled at once in one process, unless the options say otherwise.</param>
/// <param name="Messages">The types that are delivered to it.</param>
/// <param name="Configure">Its consumer, and its policy for trying again.</param>
public sealed record FleetEndpoint(string Queue, Roles Role, int Concurrency, IReadOnlyList<Type> Messages, Action<IReceiveEndpointConfigurator, IBusRegistrationContext> Configure);

/// <summary>The queues of the fleet, whatever the transport: one per message, each with its policy for trying again.</summary>
public static class FleetEndpoints
{
    private const int VersionRetries = 20;

    /// <summary>Whatever may carry a user's input: it lies in one queue, and in the one that keeps what failed there.</summary>
    private static readonly Type[] Content = [typeof(SubmitJob), typeof(ResumeJob)];

    private static readonly Type[] JobEvents =
    [
        typeof(CancelJob), typeof(JobDue), typeof(SubmissionDeferred), typeof(SubmissionFailed), typeof(JobStarted), typeof(TaskEnded),
        typeof(CancelSettled), typeof(ResultRetrieved), typeof(RetrievalFailed), typeof(CommandDeadLettered),
        typeof(CommandRedriven),
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<FleetEndpoint> All { get; } =
    [
        // Submissions have a queue of their own, so that a burst of them does not delay the events of jobs under way.
        new("workers-submit-job", Roles.Lifecycle, 32, Content, (endpoint, context) =>
        {
            ConfigureSaga("workers-submit-job", endpoint, context, Content);
            endpoint.UseConsumeFilter<SubmissionGuard>(context);
            endpoint.UseConsumeFilter<CommandGuard>(context);
        }),
        new("workers-job-events", Roles.Lifecycle, 32, JobEvents, (endpoint, context) =>
        {
            ConfigureSaga("workers-job-events", endpoint, context, JobEvents);
            endpoint.UseConsumeFilter<CommandGuard>(context); // also resumptions that came here before they had to go there
        }),
        Consumer<StartJobConsumer, StartJob>("workers-start-job", Roles.Submission, 32),
        Consumer<CancelTaskConsumer, CancelTask>("workers-cancel-task", Roles.Submission, 32),
        Consumer<PollRoundConsumer, PollRound>("workers-poll-round", Roles.Polling, 32),
        Consumer<WatchTaskConsumer, WatchTask>("workers-watch-task", Roles.Polling, 32),
        Consumer<RetrieveResultConsumer, RetrieveResult>("workers-retrieve-result", Roles.Retrieval, 8),
        Consumer<FailureConsumer, FailureObserved>("workers-failures", Roles.Failures, 32),
    ];

    /// <summary>Declares the endpoints of this process on a transport, which has set up its scheduler before.</summary>
    /// <param name="bus">The transport's bus.</param>
    /// <param name="context">Where the consumers come from.</param>
    /// <param name="transport">What the transport adds to each endpoint before anything else.</param>
    public static void ConfigureFleet(this IBusFactoryConfigurator bus, IBusRegistrationContext context, Action<FleetEndpoint, IReceiveEndpointConfigurator>? transport = null)
    {
        bus.PublishTopology.GetMessageTopology<IJobCommand>().Exclude = true;
        bus.ConfigureEndpoints(All, context, transport);
    }

    /// <summary>Declares those of some endpoints that are of this process's roles.</summary>
    public static void ConfigureEndpoints(
        this IBusFactoryConfigurator bus, IReadOnlyList<FleetEndpoint> endpoints, IBusRegistrationContext context, Action<FleetEndpoint, IReceiveEndpointConfigurator>? transport = null)
    {
        var limits = context.GetRequiredService<IOptions<EndpointOptions>>().Value;
        var roles = context.GetRequiredService<ProcessRoles>().Roles;
        foreach (var endpoint in endpoints.Where(endpoint => roles.HasFlag(endpoint.Role)))
        {
            bus.ReceiveEndpoint(endpoint.Queue, configurator =>
            {
                configurator.ConcurrentMessageLimit = limits.Concurrency(endpoint);
                configurator.PrefetchCount = limits.Prefetch(endpoint);
                configurator.PublishFaults = false; // a Fault carries the whole message, and the error queue has it already
                transport?.Invoke(endpoint, configurator);
                endpoint.Configure(configurator, context);
            });
        }
    }

    private static FleetEndpoint Consumer<TConsumer, TMessage>(string queue, Roles role, int concurrency)
        where TConsumer : class, IConsumer<TMessage>
        where TMessage : class =>
        new(queue, role, concurrency, [typeof(TMessage)], (endpoint, context) =>
        {
            MessageFilters.Use(endpoint, context, typeof(TelemetryFilter<>));
            MessageFilters.Use(endpoint, context, typeof(DeadLetterFilter<>));
            Redeliver(queue, endpoint, context);
            MessageFilters.Use(endpoint, context, typeof(RedriveFilter<>));
            endpoint.ConfigureConsumer<TConsumer>(context);
        });

    private static void ConfigureSaga(string queue, IReceiveEndpointConfigurator endpoint, IBusRegistrationContext context, Type[] messages)
    {
        MessageFilters.Use(endpoint, context, typeof(TelemetryFilter<>));
        Redeliver(queue, endpoint, context);
        RetryVersions(endpoint);
        MessageFilters.Use(endpoint, context, typeof(ReplyFilter<>));
        MessageFilters.Use(endpoint, context, typeof(AnnouncementFilter<>));

        // Nothing leaves before the state is stored, or an answer could arrive for a state that is not there yet.
        endpoint.UseInMemoryOutbox(context);
        endpoint.ConfigureSaga<Job>(context);

        // The saga knows all of its messages on each endpoint; this one is sent only its own.
        foreach (var message in Content.Concat(JobEvents))
        {
            endpoint.ConfigureMessageTopology(message, messages.Contains(message));
        }
    }

    /// <summary>Two who change one job at the same time: one of them reads again what the other wrote.</summary>
    internal static void RetryVersions(IReceiveEndpointConfigurator endpoint) => endpoint.UseMessageRetry(retry =>
    {
        retry.Handle<ConcurrencyException>();
        retry.Exponential(VersionRetries, TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(800), TimeSpan.FromMilliseconds(5));
    });

    private static void Redeliver(string queue, IReceiveEndpointConfigurator endpoint, IBusRegistrationContext context)
    {
        endpoint.UseScheduledRedelivery(retry =>
        {
            retry.Ignore<AwayException>();
            retry.Ignore<GivenUpException>();
            retry.Intervals(context.GetRequiredService<IOptions<RedeliveryOptions>>().Value.Waits());
        });
        MessageFilters.Use(endpoint, context, typeof(DeliveryLog<>));
        MessageFilters.Use(endpoint, context, typeof(TimeLimitFilter<>), context.GetRequiredService<IOptions<EndpointOptions>>().Value.TimeLimit(queue));
    }
}
