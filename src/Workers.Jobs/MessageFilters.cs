using MassTransit;
using MassTransit.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Workers.Jobs;

/// <summary>
/// Puts a filter around each message of an endpoint, in the order of the calls that configure the endpoint. MassTransit's own <c>UseConsumeFilter</c> sits closer to the consumer: inside
/// redelivery, retry and outbox, wherever it is called.
/// </summary>
internal sealed class MessageFilters : ConfigurationObserver, IMessageConfigurationObserver
{
    private readonly IServiceProvider _services;
    private readonly Type _filter;

    private MessageFilters(IConsumePipeConfigurator endpoint, IServiceProvider services, Type filter)
        : base(endpoint)
    {
        _services = services;
        _filter = filter;
        Connect(this);
    }

    /// <summary>Adds a filter here: an open generic type of <see cref="IFilter{TContext}"/> of <see cref="ConsumeContext{T}"/>, made once per message type.</summary>
    public static void Use(IConsumePipeConfigurator endpoint, IServiceProvider services, Type filter) => _ = new MessageFilters(endpoint, services, filter);

    public void MessageConfigured<TMessage>(IConsumePipeConfigurator configurator)
        where TMessage : class
    {
        var filter = (IFilter<ConsumeContext<TMessage>>)ActivatorUtilities.CreateInstance(_services, _filter.MakeGenericType(typeof(TMessage)));
        configurator.AddPipeSpecification(new FilterPipeSpecification<ConsumeContext<TMessage>>(filter));
    }
}
