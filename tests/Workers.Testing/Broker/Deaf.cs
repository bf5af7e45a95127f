using System.Reflection;
using MassTransit;

namespace Workers.Testing.Broker;

/// <summary>The bus on a connection that broke unnoticed: hands out its like, ends nothing that it began, and heeds no token.</summary>
public class Deaf : DispatchProxy
{
    public static T Make<T>()
        where T : class => Create<T, Deaf>();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.ReturnType switch
    {
        var type when type == typeof(IPublishEndpointProvider) => Make<IPublishEndpointProvider>(),
        var type when type == typeof(Task<ISendEndpoint>) => Task.FromResult(Make<ISendEndpoint>()),
        var type when type == typeof(Task) => new TaskCompletionSource().Task,
        var type => type.IsValueType && type != typeof(void) ? Activator.CreateInstance(type) : null,
    };
}
