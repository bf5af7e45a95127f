using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Workers.Providers.Tests.Support;

namespace Workers.Providers.Tests.Http;

/// <summary>A server may close a connection that was kept, and may have done the work before: what must go out once is not sent again by any layer.</summary>
internal sealed class When_a_server_closes_its_connections
{
    /// <summary>The request that gets no answer: what came before has left a connection to be kept.</summary>
    private const int Closed = 2;

    private readonly ConcurrentQueue<string> _connections = new();

    [Test]
    public async Task A_cancel_is_sent_once()
    {
        await using var server = await ClosingServer("{}");
        await using var host = At(server.Address);

        Assert.That(await host.Seedance.CancelAsync(ProviderHost.Account, "cgt-1", CancellationToken.None), Is.EqualTo(CancelOutcome.Cancelled));
        Assert.ThrowsAsync<ProviderUnavailableException>(() => host.Seedance.CancelAsync(ProviderHost.Account, "cgt-2", CancellationToken.None));

        Assert.That(server.Requests, Is.EqualTo(["DELETE /contents/generations/tasks/cgt-1", "DELETE /contents/generations/tasks/cgt-2"]));
        Assert.That(_connections, Is.Unique);
    }

    [Test]
    public async Task A_create_is_sent_once()
    {
        await using var server = await ClosingServer("""{"id":"cgt-1"}""");
        await using var host = At(server.Address);

        Assert.That(await host.Seedance.CreateAsync(Some.Create(), CancellationToken.None), Is.InstanceOf<CreateOutcome.Created>());
        Assert.That(await host.Seedance.CreateAsync(Some.Create(), CancellationToken.None), Is.InstanceOf<CreateOutcome.Uncertain>());

        Assert.That(server.Requests, Has.Count.EqualTo(2));
        Assert.That(_connections, Is.Unique);
    }

    [Test]
    public async Task A_list_is_not_sent_again_within_its_pace()
    {
        await using var server = await ClosingServer(Some.List());
        await using var host = At(server.Address);

        await host.Seedance.ListAsync(ProviderHost.Account, ["cgt-1"], CancellationToken.None);
        Assert.ThrowsAsync<ProviderUnavailableException>(() => host.Seedance.ListAsync(ProviderHost.Account, ["cgt-1"], CancellationToken.None));

        Assert.That(server.Requests, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_look_at_one_task_may_be_sent_again()
    {
        await using var server = await ClosingServer(Some.Task());
        await using var host = At(server.Address);

        await host.Seedance.GetAsync(ProviderHost.Account, "cgt-1", CancellationToken.None);

        Assert.That(await host.Seedance.GetAsync(ProviderHost.Account, "cgt-1", CancellationToken.None), Is.Not.Null);
    }

    /// <summary>Without retries of the layers above, so that what is repeated is repeated below them.</summary>
    private static ProviderHost At(Uri address) => new(settings: new Dictionary<string, string?>
    {
        ["Accounts:main:BaseAddress"] = address.AbsoluteUri,
        ["Http:Retries"] = "0",
    });

    /// <summary>A server that keeps connections, and closes one in good order under a request that it has read: where it is reset instead, no layer sends again.</summary>
    private async Task<Kestrel> ClosingServer(string answer)
    {
        var count = 0;
        return await Kestrel.StartAsync(async context =>
        {
            _connections.Enqueue(context.Connection.Id);
            using var reader = new StreamReader(context.Request.Body);
            await reader.ReadToEndAsync();
            if (Interlocked.Increment(ref count) == Closed)
            {
                await context.Features.GetRequiredFeature<IConnectionTransportFeature>().Transport.Output.CompleteAsync();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return;
            }

            await context.Response.WriteAsync(answer);
        });
    }
}
