using Microsoft.AspNetCore.Http;
using Workers.Contracts;
using Workers.Providers.Http;
using Workers.Providers.Tests.Support;

namespace Workers.Providers.Tests.Http;

internal sealed class OutputSourceTests
{
    private readonly Dictionary<string, string?> _settings = new() { ["Outbound:AllowedHosts:0"] = "127.0.0.1" };
    private ProviderHost _host = null!;
    private Kestrel _server = null!;

    [TearDown]
    public async Task Stop()
    {
        await _host.DisposeAsync();
        await _server.DisposeAsync();
    }

    private async Task<OutputAnswer> Open(RequestDelegate answer)
    {
        _server = await Kestrel.StartAsync(answer);
        _host = new ProviderHost(settings: _settings);
        return await _host.Get<IOutputSource>().OpenAsync(ProviderHost.Account, new(_server.Address, "/out.mp4?sig=s"), CancellationToken.None);
    }

    private async Task<OutputAnswer.Opened> Opened(RequestDelegate answer) =>
        await Open(answer) as OutputAnswer.Opened ?? throw new AssertionException("It was not opened.");

    [Test]
    public async Task AnOutputIsReadAsItComes()
    {
        await using var opened = await Opened(async context =>
        {
            context.Response.ContentType = "Video/MP4";
            context.Response.ContentLength = 300_000;
            await context.Response.Body.WriteAsync(new byte[300_000]);
        });

        using var copy = new MemoryStream();
        await opened.Content.CopyToAsync(copy);

        Assert.That((opened.MediaType, opened.Length, copy.Length), Is.EqualTo(("video/mp4", 300_000, 300_000)));
    }

    [TestCase(400)]
    [TestCase(403)]
    [TestCase(404)]
    [TestCase(410)]
    public async Task ADeadAddressIsGone(int status)
    {
        var answer = await Open(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });

        Assert.That(answer, Is.InstanceOf<OutputAnswer.Gone>().With.Property(nameof(OutputAnswer.Gone.Status)).EqualTo(status));
        Assert.That(_server.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task AServerThatIsUnwellIsTriedAgain()
    {
        var answer = await Open(context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        });

        Assert.That(answer, Is.InstanceOf<OutputAnswer.Unavailable>());
        var failure = ((OutputAnswer.Unavailable)answer).Failure;
        Assert.That((failure.Bucket, failure.Disposition, failure.Code), Is.EqualTo((FailureBucket.ServerError, Disposition.Retry, "Http503")));
        Assert.That(_server.Requests, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task AnOutputThatStallsFailsAsAReadDoes()
    {
        _settings["Http:DownloadIdleTimeout"] = "00:00:00.1";
        await using var opened = await Opened(async context =>
        {
            context.Response.ContentLength = 10;
            await context.Response.WriteAsync("abc");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });

        await Assert.ThatAsync(() => opened.Content.CopyToAsync(Stream.Null), Throws.InstanceOf<IOException>().With.Message.EqualTo("Nothing was read for 00:00:00.1000000."));
    }

    [Test]
    public async Task AnOutputWhoseConnectionDiesFailsAsAReadDoes()
    {
        var isOpen = new TaskCompletionSource();
        await using var opened = await Opened(async context =>
        {
            context.Response.ContentLength = 10;
            await context.Response.WriteAsync("abc");
            await context.Response.Body.FlushAsync();
            await isOpen.Task;
            context.Abort();
        });
        isOpen.SetResult();

        await Assert.ThatAsync(() => opened.Content.CopyToAsync(Stream.Null), Throws.InstanceOf<IOException>());
    }

    [Test]
    public async Task ItsReaderCanStopIt()
    {
        await using var opened = await Opened(async context =>
        {
            context.Response.ContentLength = 10;
            await context.Response.WriteAsync("abc");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });
        using var reader = new CancellationTokenSource();
        var read = opened.Content.CopyToAsync(Stream.Null, reader.Token);

        await reader.CancelAsync();

        await Assert.ThatAsync(() => read, Throws.InstanceOf<OperationCanceledException>());
    }
}
