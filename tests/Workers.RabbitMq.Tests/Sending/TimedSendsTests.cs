using MassTransit;
using Workers.Jobs;
using Workers.Jobs.Lifecycle;
using Workers.RabbitMq.Sending;
using Workers.Testing.Broker;

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
