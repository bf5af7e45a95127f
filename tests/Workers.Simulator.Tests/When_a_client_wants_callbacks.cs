using System.Net;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Workers.Simulator.Tests;

internal sealed class When_a_client_wants_callbacks : SimulatorTest
{
    private readonly Channel<string> _received = Channel.CreateUnbounded<string>();
    private WebApplication _client = null!;
    private Func<HttpContext, Task> _answer = _ => Task.CompletedTask;

    [SetUp]
    public async Task Listen()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _client = builder.Build();
        _client.Run(async http =>
        {
            var task = await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
            await _received.Writer.WriteAsync(task!["status"]!.GetValue<string>(), http.RequestAborted);
            await _answer(http);
        });
        await _client.StartAsync(Patience);
        Options.StartDelay = TimeSpan.FromSeconds(3);
    }

    [TearDown]
    public async Task StopListening() => await _client.DisposeAsync();

    [Test]
    public async Task They_are_sent_on_every_change_in_order()
    {
        await Create(change: CallMe);
        await LiveOn(sentWhileLive: 2);

        Assert.That(await Received(3), Is.EqualTo(["queued", "running", "succeeded"]));
    }

    [Test]
    public async Task A_cancellation_is_not_told()
    {
        var id = await Create("[simulate task stay-queued]", CallMe);
        await Sent(1);
        await Delete(id);
        await Create("another", CallMe);
        await LiveOn(sentWhileLive: 3);

        Assert.That(await Received(4), Is.EqualTo(["queued", "queued", "running", "succeeded"]));
    }

    [Test]
    public async Task The_end_of_a_task_is_sent_three_times_more_where_nobody_acknowledges_it()
    {
        _answer = http =>
        {
            http.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        await Create("[simulate task moderate]", CallMe);
        await LiveOn(sentWhileLive: 2);
        for (var pause = 0; pause < 3; pause++)
        {
            await Time.Waits(TimeSpan.FromSeconds(10), Patience);
            Pass(seconds: 10);
        }

        var sent = await Sent(6);

        Assert.That(sent.Select(callback => (callback.Status, callback.Sending, callback.Answer)), Is.EqualTo([
            ("queued", 1, 500), ("running", 1, 500), ("failed", 1, 500), ("failed", 2, 500), ("failed", 3, 500), ("failed", 4, (int?)500),
        ]));
    }

    [Test]
    public async Task It_is_sent_again_when_nothing_comes_back_within_five_seconds()
    {
        _answer = http => Task.Delay(Timeout.InfiniteTimeSpan, Time, http.RequestAborted);
        await Create("[simulate callback try 1 lose] [simulate callback try 2 lose]", CallMe);
        Pass(seconds: 70);
        await Received(1);
        _answer = _ => Task.CompletedTask;
        Pass(seconds: 5);
        await Time.Waits(TimeSpan.FromSeconds(10), Patience);
        Pass(seconds: 10);

        var sent = await Sent(2);

        Assert.That(sent.Select(callback => (callback.Status, callback.Answer)), Is.EqualTo([("succeeded", (int?)null), ("succeeded", 200)]));
    }

    [TestCase("lose", 1, "queued succeeded")]
    [TestCase("duplicate", 3, "queued running running succeeded")]
    [TestCase("reorder", 1, "queued succeeded running")]
    public async Task They_can_be_lost_doubled_and_out_of_order(string fault, int sentWhileLive, string expected)
    {
        await Create($"[simulate callback try 2 {fault}]", CallMe);
        await LiveOn(sentWhileLive);

        var statuses = expected.Split(' ');
        Assert.That(await Received(statuses.Length), Is.EqualTo(statuses));
    }

    [Test]
    public async Task Nothing_but_this_machine_is_called()
    {
        var elsewhere = await Create(change: body => body["callback_url"] = "http://192.0.2.1/hook");
        await Create("another", CallMe);
        await LiveOn(sentWhileLive: 2);

        Assert.That((await Sent(3)).Select(callback => callback.TaskId), Has.None.EqualTo(elsewhere));
    }

    private void CallMe(JsonObject body) => body["callback_url"] = $"{_client.Urls.Single()}/hook";

    private async Task<IReadOnlyList<string>> Received(int count)
    {
        var received = new List<string>();
        while (received.Count < count)
        {
            received.Add(await _received.Reader.ReadAsync(Patience));
        }

        return received;
    }

    /// <summary>Lets a task run and end. A callback under way would time out if the clock jumped, so each is waited for.</summary>
    private async Task LiveOn(int sentWhileLive)
    {
        await Sent(1);
        Pass(seconds: 3);
        await Sent(sentWhileLive);
        Pass(seconds: 60);
    }

    private async Task<IReadOnlyList<SentCallback>> Sent(int count)
    {
        while (Ledger.Callbacks.Count < count)
        {
            Patience.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        return Ledger.Callbacks;
    }
}
