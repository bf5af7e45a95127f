using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Workers.Contracts;
using Workers.Providers.Tests.Support;

namespace Workers.Providers.Tests.Http;

internal sealed class When_a_create_goes_over_the_wire
{
    private static ProviderHost At(Uri address, string callTimeout = "00:00:10") => new(settings: new Dictionary<string, string?>
    {
        ["Accounts:main:BaseAddress"] = address.AbsoluteUri,
        ["Http:CreateTimeout"] = callTimeout,
    });

    [Test]
    public async Task The_server_gets_the_whole_body_with_its_length()
    {
        var got = new TaskCompletionSource<(long? Length, string Body)>();
        await using var server = await Kestrel.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            got.SetResult((context.Request.ContentLength, await reader.ReadToEndAsync()));
            await context.Response.WriteAsync("""{"id":"cgt-1"}""");
        });
        await using var host = At(server.Address);

        var outcome = await host.Seedance.CreateAsync(Some.Create(), CancellationToken.None);

        Assert.That(outcome, Is.EqualTo(new CreateOutcome.Created("cgt-1")));
        var (length, body) = await got.Task;
        Assert.That(length, Is.EqualTo(body.Length));
        Assert.That(() => JsonDocument.Parse(body).Dispose(), Throws.Nothing);
        Assert.That(server.Requests, Is.EqualTo(["POST /contents/generations/tasks"]));
    }

    [Test]
    public async Task Nothing_is_made_when_the_right_to_call_is_lost_before_the_body()
    {
        var made = 0;
        await using var server = await Kestrel.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            await reader.ReadToEndAsync();
            Interlocked.Increment(ref made);
            await context.Response.WriteAsync("""{"id":"cgt-1"}""");
        });
        await using var host = At(server.Address);

        var lost = await host.Seedance.CreateAsync(Some.Create(mayStillCall: () => false), CancellationToken.None);
        var kept = await host.Seedance.CreateAsync(Some.Create(), CancellationToken.None);

        Assert.That(lost, Is.InstanceOf<CreateOutcome.NotCreated>());
        Assert.That(kept, Is.InstanceOf<CreateOutcome.Created>());
        Assert.That(made, Is.EqualTo(1));
    }

    [Test]
    public async Task A_server_that_is_not_there_has_surely_made_nothing()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        await using var host = At(new($"http://127.0.0.1:{port}"));

        var outcome = await host.Seedance.CreateAsync(Some.Create(), CancellationToken.None);

        Assert.That(outcome, Is.InstanceOf<CreateOutcome.NotCreated>());
        var failure = ((CreateOutcome.NotCreated)outcome).Failure;
        Assert.That((failure.Code, failure.Disposition), Is.EqualTo(("ConnectionError", Disposition.Retry)));
    }

    [Test]
    public async Task A_server_that_hangs_up_after_reading_leaves_it_uncertain()
    {
        await using var server = await Kestrel.StartAsync(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            await reader.ReadToEndAsync();
            context.Abort();
        });
        await using var host = At(server.Address);

        var outcome = await host.Seedance.CreateAsync(Some.Create(), CancellationToken.None);

        Assert.That(outcome, Is.InstanceOf<CreateOutcome.Uncertain>());
        Assert.That(server.Requests, Has.Count.EqualTo(1), "Nothing below asks twice.");
    }

    [Test]
    public async Task An_answer_that_stalls_in_its_body_is_timed_out()
    {
        await using var server = await Kestrel.StartAsync(async context =>
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("{");
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });
        await using var host = At(server.Address, "00:00:00.3");

        var outcome = await host.Seedance.CreateAsync(Some.Create(), CancellationToken.None);

        Assert.That(outcome, Is.InstanceOf<CreateOutcome.Uncertain>());
        Assert.That(((CreateOutcome.Uncertain)outcome).Failure.Bucket, Is.EqualTo(FailureBucket.Timeout));
    }

    [Test]
    public async Task An_answer_without_end_is_not_kept()
    {
        await using var server = await Kestrel.StartAsync(async context =>
        {
            var block = new byte[1 << 20];
            for (var i = 0; i < 20; i++)
            {
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
            }
        });
        await using var host = At(server.Address);

        var outcome = await host.Seedance.CreateAsync(Some.Create(), CancellationToken.None);

        Assert.That(outcome, Is.InstanceOf<CreateOutcome.Uncertain>());
        Assert.That(((CreateOutcome.Uncertain)outcome).Failure.Code, Is.EqualTo("ConfigurationLimitExceeded"));
    }
}
