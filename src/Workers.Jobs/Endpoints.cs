using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Workers.Contracts;
using Workers.Jobs.Failures;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Polling;
using Workers.Jobs.Retrieval;
using Workers.Jobs.Submission;

namespace Workers.Jobs;

/// <summary>The queues of the fleet, whatever the transport: one per message, each with its policy for trying again.</summary>
public static class Endpoints
{
    /// <summary>Two messages for one job may collide on its version: the loser reads again and wins.</summary>
    private const int VersionRetries = 20;

    /// <summary>Declares all endpoints on a transport. The transport has set up its scheduler before.</summary>
    public static void ConfigureFleet(this IBusFactoryConfigurator bus, IBusRegistrationContext context)
    {
        bus.PublishTopology.GetMessageTopology<IJobCommand>().Exclude = true;

        // Submissions have a queue of their own, so that a burst of them does not delay the events of jobs under way.
        bus.ReceiveEndpoint("workers-submit-job", endpoint =>
        {
            ConfigureSaga(endpoint, context);
            endpoint.UseConsumeFilter<SubmissionGuard>(context);
            SubscribeOnly(endpoint, message => message == typeof(SubmitJob));
        });
        bus.ReceiveEndpoint("workers-job-events", endpoint =>
        {
            ConfigureSaga(endpoint, context);
            endpoint.UseConsumeFilter<CommandGuard>(context);
            SubscribeOnly(endpoint, message => message != typeof(SubmitJob));
        });

        var submission = context.GetRequiredService<IOptions<SubmissionOptions>>().Value.Concurrency;
        Consumer<StartJobConsumer>("workers-start-job", submission);
        Consumer<CancelTaskConsumer>("workers-cancel-task", submission);
        Consumer<PollRoundConsumer>("workers-poll-round", 32);
        Consumer<WatchTaskConsumer>("workers-watch-task", 32);
        Consumer<RetrieveResultConsumer>("workers-retrieve-result", context.GetRequiredService<IOptions<RetrievalOptions>>().Value.Concurrency);
        Consumer<FailureConsumer>("workers-failures", 32);

        void Consumer<T>(string queue, int concurrency)
            where T : class, IConsumer =>
            bus.ReceiveEndpoint(queue, endpoint =>
            {
                endpoint.ConcurrentMessageLimit = concurrency;
                MessageFilters.Use(endpoint, context, typeof(DeadLetterFilter<>));
                Redeliver(endpoint, context);
                endpoint.ConfigureConsumer<T>(context);
            });
    }

    private static void ConfigureSaga(IReceiveEndpointConfigurator endpoint, IBusRegistrationContext context)
    {
        endpoint.ConcurrentMessageLimit = 32;
        Redeliver(endpoint, context);
        endpoint.UseMessageRetry(retry =>
        {
            retry.Handle<ConcurrencyException>();
            retry.Exponential(VersionRetries, TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(800), TimeSpan.FromMilliseconds(5));
        });
        MessageFilters.Use(endpoint, context, typeof(AnnouncementFilter<>));

        // Nothing leaves before the state is stored, or an answer could arrive for a state that is not there yet.
        endpoint.UseInMemoryOutbox(context);
        endpoint.ConfigureSaga<Job>(context);
    }

    private static void Redeliver(IReceiveEndpointConfigurator endpoint, IBusRegistrationContext context)
    {
        endpoint.PublishFaults = false; // a Fault carries the whole message, and the error queue has it already
        endpoint.UseScheduledRedelivery(retry => retry.Intervals(context.GetRequiredService<IOptions<RedeliveryOptions>>().Value.Waits()));
    }

    private static void SubscribeOnly(IReceiveEndpointConfigurator endpoint, Func<Type, bool> wanted)
    {
        Type[] messages =
        [
            typeof(SubmitJob), typeof(CancelJob), typeof(ResumeJob), typeof(JobDue), typeof(SubmissionDeferred), typeof(SubmissionFailed), typeof(JobStarted), typeof(TaskEnded),
            typeof(CancelSettled), typeof(ResultRetrieved), typeof(RetrievalFailed), typeof(CommandDeadLettered),
        ];
        foreach (var message in messages)
        {
            endpoint.ConfigureMessageTopology(message, wanted(message));
        }
    }
}
