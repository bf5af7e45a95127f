using System.Net;
using Microsoft.AspNetCore.Http;
using Workers.Providers.Http;
using Workers.Providers.Tests.Support;

namespace Workers.Providers.Tests.Http;

internal sealed class ReferenceProbeTests
{
    private readonly Dictionary<string, string?> _settings = new() { ["Outbound:AllowedHosts:0"] = "127.0.0.1" };
    private Kestrel _server = null!;

    [TearDown]
    public async Task StopServer() => await _server.DisposeAsync();

    private async Task<ReferenceFacts> Probe(RequestDelegate answer)
    {
        _server = await Kestrel.StartAsync(answer);
        await using var host = new ProviderHost(settings: _settings);
        return await host.Get<IReferenceProbe>().ProbeAsync(new(_server.Address, "/a?sig=s"), CancellationToken.None);
    }

    private static Task Png(HttpContext context, long length)
    {
        context.Response.ContentType = "Image/PNG; q=1";
        context.Response.ContentLength = length;
        return Task.CompletedTask;
    }

    [Test]
    public async Task HeadTellsTypeAndLength()
    {
        var facts = await Probe(context => Png(context, 12_345));

        Assert.That(facts, Is.EqualTo(new ReferenceFacts { Reachable = true, Status = HttpStatusCode.OK, ContentType = "image/png", Length = 12_345 }));
        Assert.That(_server.Requests, Is.EqualTo(["HEAD /a?sig=s"]));
    }

    [TestCase(405)]
    [TestCase(501)]
    [TestCase(403)]
    public async Task WhereHeadIsRefusedOneByteIsAskedFor(int refusal)
    {
        _settings["Http:Retries"] = "0";
        var range = "";
        var facts = await Probe(async context =>
        {
            if (context.Request.Method == "HEAD")
            {
                context.Response.StatusCode = refusal;
                return;
            }

            range = context.Request.Headers.Range.ToString();
            context.Response.StatusCode = 206;
            context.Response.ContentType = "image/png";
            context.Response.Headers.ContentRange = "bytes 0-0/777";
            await context.Response.WriteAsync("x");
        });

        Assert.That(facts, Is.EqualTo(new ReferenceFacts { Reachable = true, Status = HttpStatusCode.PartialContent, ContentType = "image/png", Length = 777 }));
        Assert.That(range, Is.EqualTo("bytes=0-0"));
    }

    [TestCase(404, false, 1)]
    [TestCase(401, false, 1)]
    [TestCase(503, true, 4)]
    [TestCase(429, true, 4)]
    public async Task WhatIsNotGivenIsNotReachable(int status, bool transient, int tries)
    {
        var facts = await Probe(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });

        Assert.That((facts.Reachable, facts.Transient, facts.Problem), Is.EqualTo((false, transient, $"the server answered {status}")));
        Assert.That(_server.Requests, Has.Count.EqualTo(tries));
    }

    [Test]
    public async Task AServerThatIsSlowMayDoBetterLater()
    {
        _settings["Http:CallTimeout"] = "00:00:00.1";
        _settings["Http:TotalTimeout"] = "00:00:00.3";

        var facts = await Probe(context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));

        Assert.That((facts.Reachable, facts.Transient, facts.Problem), Is.EqualTo((false, true, "there was no answer in time")));
    }

    [Test]
    public async Task ARedirectToAListedHostIsFollowed()
    {
        var facts = await Probe(context =>
        {
            if (context.Request.Path == "/a")
            {
                context.Response.Redirect("/b");
                return Task.CompletedTask;
            }

            return Png(context, 5);
        });

        Assert.That(facts.Length, Is.EqualTo(5));
        Assert.That(_server.Requests, Is.EqualTo(["HEAD /a?sig=s", "HEAD /b"]));
    }
}
