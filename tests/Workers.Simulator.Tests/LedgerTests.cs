using System.Text.Json.Nodes;

namespace Workers.Simulator.Tests;

internal sealed class LedgerTests : SimulatorTest
{
    [TestCase(Model, "720p", "16:9", 5, 108_900, 0.7623)]
    [TestCase(Model, "720p", "16:9", 4, 87_300, 0.6111)]
    [TestCase(Model, "1080p", "16:9", 5, 245_025, 1.8866925)]
    [TestCase(Model, "4k", "1:1", 5, 980_100, 3.9204)]
    [TestCase(Model, "480p", "21:9", 15, 151_078, 1.057546)]
    [TestCase("dreamina-seedance-2-0-fast-260128", "720p", "9:16", 5, 108_900, 0.60984)]
    [TestCase("doubao-seedance-2-0-mini-260615", "720p", "9:16", 5, 108_900, 0.38115)]
    [TestCase("dreamina-seedance-2-5-260628", "480p", "16:9", 5, 48_437, 0.5182759)]
    [TestCase("seedance-1-5-pro-251215", "720p", "16:9", 5, 108_900, 0)]
    [TestCase("seedance-1-0-pro-250528", "1080p", "16:9", 5, 246_840, 0)]
    public async Task AFilmCostsByItsPixelsAndItsLength(string model, string resolution, string ratio, int seconds, long tokens, decimal usd)
    {
        var id = await Create(change: body =>
        {
            body["model"] = model;
            body["resolution"] = resolution;
            body["ratio"] = ratio;
            body["duration"] = seconds;
        });
        Pass(seconds: 70);

        var line = Ledger.Invoice.Single();
        Assert.That((line.TaskId, line.Tokens, line.AmountUsd), Is.EqualTo((id, tokens, usd)));
        Assert.That((await Get(id)).Json["usage"]!["completion_tokens"]!.GetValue<long>(), Is.EqualTo(tokens));
        Assert.That((Ledger.BilledTokens, Ledger.AmountUsd), Is.EqualTo((tokens, usd)));
    }

    [TestCase("https://x.test/1.mp4", 900 * ((24 * 10) + 1))]
    [TestCase("http://127.0.0.1/samples/clip.mp4", 900 * ((24 * 8) + 1))]
    public async Task InputVideoCountsByItsLengthAndLowersThePrice(string clip, long tokens)
    {
        await Create(change: body => body["content"]!.AsArray().Add(
            new JsonObject { ["type"] = "video_url", ["video_url"] = new JsonObject { ["url"] = clip }, ["role"] = "reference_video" }));
        Pass(seconds: 70);

        var line = Ledger.Invoice.Single();
        Assert.That((line.Tokens, line.AmountUsd), Is.EqualTo((tokens, tokens * 4.3m / 1_000_000)));
    }

    [Test]
    public async Task FramesCountAsTheyAre()
    {
        var id = await Create(change: body =>
        {
            body["model"] = "seedance-1-0-pro-250528";
            body["frames"] = 61;
        });
        Pass(seconds: 70);

        var task = (await Get(id)).Json.AsObject();
        Assert.That(Recorded(id).BilledTokens, Is.EqualTo(858 * 61));
        Assert.That((task["frames"]!.GetValue<int>(), task.ContainsKey("duration")), Is.EqualTo((61, false)));
    }

    [Test]
    public async Task WhatTheModelChoosesIsBilled()
    {
        var id = await Create(change: body => (body["duration"], body["ratio"]) = (-1, "adaptive"));
        Pass(seconds: 70);

        var task = (await Get(id)).Json;
        Assert.That(task["duration"]!.GetValue<int>(), Is.InRange(4, 15));
        Assert.That(task["ratio"]!.GetValue<string>(), Does.Match("^[0-9]+:[0-9]+$"));
        Assert.That(task["usage"]!["total_tokens"]!.GetValue<long>(), Is.EqualTo(Recorded(id).BilledTokens).And.GreaterThan(80_000));
    }

    [Test]
    public async Task TwoLiveTasksOfOneJobAreToldEvenAfterOneFailed()
    {
        await Create("[simulate task once moderate]");
        await Create("[simulate task once moderate]", body => body["execution_expires_after"] = 90_000);
        await Create("something else");
        var together = Ledger.JobsWithMoreThanOneLiveOrBilledTask().ToList();
        Pass(seconds: 70);

        Assert.That(together, Is.EqualTo([Ledger.Tasks[0].JobKey]));
        Assert.That(Ledger.Tasks.Select(task => task.State), Is.EqualTo([TaskState.Failed, TaskState.Succeeded, TaskState.Succeeded]));
        Assert.That(Ledger.JobsWithMoreThanOneLiveOrBilledTask(), Is.EqualTo(together));
        Assert.That(Ledger.LiveTasks, Is.Empty);
    }

    [Test]
    public async Task OneTaskAfterAnotherFailedIsNoSecondOne()
    {
        await Create("[simulate task once moderate]");
        Pass(seconds: 70);
        await Create("[simulate task once moderate]");

        Assert.That(Ledger.JobsWithMoreThanOneLiveOrBilledTask(), Is.Empty);
        Assert.That(Ledger.LiveTasks.Select(task => task.Try), Is.EqualTo([2]));
    }

    [Test]
    public async Task ABilledTaskAndALiveOneAreTwo()
    {
        await Create();
        Pass(seconds: 70);
        await Delete(Ledger.Tasks[0].Id);
        await Create();

        Assert.That(Ledger.JobsWithMoreThanOneLiveOrBilledTask(), Is.EqualTo([Ledger.Tasks[0].JobKey]));
    }

    [Test]
    public async Task WithCountersOnlyTheCountsRemain()
    {
        Options.KeepCountersOnly = true;
        var id = await Create();
        Pass(seconds: 70);
        await ListIds(id);

        Assert.That((Ledger.Tasks.Count, Ledger.Requests.Count, Ledger.Invoice.Count, Ledger.ListCalls.Count), Is.EqualTo((0, 0, 0, 0)));
        Assert.That(Ledger.Answers, Is.EquivalentTo(new Dictionary<(Operation, int?), long> { [(Operation.Create, 200)] = 1, [(Operation.List, 200)] = 1 }));
        Assert.That(Ledger.States, Is.EquivalentTo(new Dictionary<TaskState, long> { [TaskState.Succeeded] = 1 }));
        Assert.That(Ledger.BilledTokens, Is.EqualTo(108_900));
    }

    [Test]
    public async Task PeopleCanReadASummary()
    {
        await Create();
        await Post("[simulate create answer 500]");
        Pass(seconds: 70);

        var summary = (await Send(HttpMethod.Get, new Uri(Simulator.Root, "simulator/ledger").ToString())).Json;

        Assert.That(summary["requests"]!["create"]!.ToJsonString(), Is.EqualTo("""{"200":1,"500":1}"""));
        Assert.That(summary["tasks"]!.ToJsonString(), Is.EqualTo("""{"succeeded":1}"""));
        Assert.That(summary["invoice"]!["usd"]!.GetValue<decimal>(), Is.EqualTo(0.7623m));
        Assert.That((await Send(HttpMethod.Get, new Uri(Simulator.Root, "health").ToString())).Text, Is.EqualTo("""{"status":"ok"}"""));
    }
}
