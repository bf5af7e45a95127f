using System.Net;

namespace Workers.Simulator.Tests;

internal sealed class When_a_task_is_deleted : SimulatorTest
{
    [Test]
    public async Task A_queued_one_is_cancelled_for_good_and_told_for_a_day()
    {
        var id = await Create("[simulate task stay-queued]");

        var reply = await Delete(id);

        Assert.That((reply.Status, reply.Text), Is.EqualTo((HttpStatusCode.OK, "{}")));
        Time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(2));
        Assert.That(await Status(id), Is.EqualTo("cancelled"));
        Pass(seconds: 1);
        Assert.That((await Get(id)).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(Recorded(id).State, Is.EqualTo(TaskState.Cancelled));
    }

    [Test]
    public async Task A_cancelled_one_leaves_its_place_to_the_next()
    {
        Options.MaxRunning = 1;
        await Create("1");
        var second = await Create("2");
        var third = await Create("3");
        await Delete(second);
        Pass(seconds: 60);

        Assert.That(await Status(third), Is.EqualTo("running"));
        Assert.That(await Status(second), Is.EqualTo("cancelled"));
    }

    [Test]
    public async Task A_running_one_is_refused_finishes_and_is_billed()
    {
        var id = await Create();
        Pass(seconds: 1);

        var reply = await Delete(id);
        Pass(seconds: 60);

        Assert.That((reply.Status, reply.Code), Is.EqualTo((HttpStatusCode.Conflict, "InvalidAction.RunningTaskDeletion")));
        Assert.That(Recorded(id).BilledTokens, Is.EqualTo(108_900));
    }

    [TestCase("a lighthouse", TaskState.Succeeded)]
    [TestCase("[simulate task moderate]", TaskState.Failed)]
    public async Task An_ended_one_is_erased_with_its_output(string prompt, TaskState state)
    {
        var id = await Create(prompt);
        Pass(seconds: 70);
        var film = (await Get(id)).Json["content"]?["video_url"]?.GetValue<string>();

        var reply = await Delete(id);

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await Get(id)).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await ListIds(id)).Ids, Is.Empty);
        Assert.That((Recorded(id).State, Recorded(id).Deleted), Is.EqualTo((state, true)));
        if (film is not null)
        {
            Assert.That((await Send(HttpMethod.Get, film)).Status, Is.EqualTo(HttpStatusCode.NotFound));
        }
    }

    [Test]
    public async Task A_cancelled_one_is_refused()
    {
        var id = await Create("[simulate task stay-queued]");
        await Delete(id);

        Assert.That((await Delete(id)).Status, Is.EqualTo(HttpStatusCode.Conflict));
    }

    [Test]
    public async Task An_unknown_one_is_not_found()
    {
        Assert.That((await Delete("cgt-unknown")).Code, Is.EqualTo("NotFound.Task"));
    }
}
