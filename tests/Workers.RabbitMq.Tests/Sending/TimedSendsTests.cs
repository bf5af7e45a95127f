using System.Reflection;
using MassTransit;
using Workers.Jobs;
using Workers.Jobs.Lifecycle;
using Workers.RabbitMq.Sending;

namespace Workers.RabbitMq.Tests.Sending;

/// <summary>What waits for a send is let go in time, whatever becomes of the send.</summary>
internal sealed class TimedSendsTests
{
    [Test]
    public void ASendThatNeverReturnsAndHeedsNoTokenIsGivenUp()
    {
        var filter = new TimedSends(TimeSpan.FromMilliseconds(50));
        var published = filter.Send(Deaf.Make<ReceiveContext>(), Pipe.ExecuteAsync<ReceiveContext>(async context =>
            await (await context.PublishEndpointProvider.GetPublishSendEndpoint<JobDue>()).Send(new JobDue(Guid.NewGuid(), "studio", Guid.NewGuid(), 1), CancellationToken.None)));

        Assert.That(() => published.WaitAsync(TimeSpan.FromSeconds(20)), Throws.TypeOf<BrokerAwayException>());
    }
}

/// <summary>Hands out its like, and ends nothing that it began.</summary>
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
