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
    private readonly object[] _arguments;

    private MessageFilters(IConsumePipeConfigurator endpoint, IServiceProvider services, Type filter, object[] arguments)
        : base(endpoint)
    {
        _services = services;
        _filter = filter;
        _arguments = arguments;
        Connect(this);
    }

    /// <summary>Adds a filter here: an open generic type of <see cref="IFilter{TContext}"/> of <see cref="ConsumeContext{T}"/>, made once per message type.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="services">Where the filter's dependencies come from.</param>
    /// <param name="filter">Its type.</param>
    /// <param name="arguments">What it is told beside them.</param>
    public static void Use(IConsumePipeConfigurator endpoint, IServiceProvider services, Type filter, params object[] arguments) =>
        _ = new MessageFilters(endpoint, services, filter, arguments);

    public void MessageConfigured<TMessage>(IConsumePipeConfigurator configurator)
        where TMessage : class
    {
        var filter = (IFilter<ConsumeContext<TMessage>>)ActivatorUtilities.CreateInstance(_services, _filter.MakeGenericType(typeof(TMessage)), _arguments);
        configurator.AddPipeSpecification(new FilterPipeSpecification<ConsumeContext<TMessage>>(filter));
    }
}
