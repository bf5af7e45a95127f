using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;
using Workers.Testing.Broker;

namespace Workers.Jobs.Tests.Lifecycle;

internal sealed class RepliesTests
{
    [Test]
    public void AReplyWhoseSendNeverReturnsAndHeedsNoTokenIsGivenUp()
    {
        using var services = new ServiceCollection().AddSingleton(Deaf.Make<IBus>()).AddSingleton<IReplyRoute, InMemoryReplyRoute>().BuildServiceProvider();
        var pending = new PendingReplies();
        pending.Add(new ReplyTo("answers"), new CommandRejected { JobId = Guid.NewGuid(), TenantId = "acme", Command = "CancelJob", Reason = "", At = default }, Guid.NewGuid());

        Assert.That(() => new Replies(services, NullLogger<Replies>.Instance).SendAsync(pending, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20)), Throws.Nothing);
    }
}
