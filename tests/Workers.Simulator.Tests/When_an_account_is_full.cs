using System.Net;

namespace Workers.Simulator.Tests;

internal sealed class When_an_account_is_full : SimulatorTest
{
    [Test]
    public async Task Tasks_wait_their_turn_until_a_slot_is_free()
    {
        Options.MaxRunning = 2;
        string[] ids = [await Create("1"), await Create("2"), await Create("3"), await Create("4")];

        Assert.That(await Statuses(ids), Is.EqualTo(["running", "running", "queued", "queued"]));
        Pass(seconds: 60);
        Assert.That(await Statuses(ids), Is.EqualTo(["succeeded", "succeeded", "running", "running"]));

        // The third began when the first ended, not when somebody looked.
        Assert.That(Recorded(ids[2]).StartedAt, Is.EqualTo(Recorded(ids[0]).EndedAt));
    }

    [Test]
    public async Task A_higher_priority_goes_first_and_interrupts_nobody()
    {
        Options.MaxRunning = 1;
        string[] ids = [await Create("1"), await Create("2"), await Create("3", body => body["priority"] = 9)];
        Pass(seconds: 60);

        Assert.That(await Statuses(ids), Is.EqualTo(["succeeded", "queued", "running"]));
    }

    [Test]
    public async Task Another_model_and_another_account_have_slots_of_their_own()
    {
        Options.MaxRunning = 1;
        Options.ApiKeys = new Dictionary<string, string> { [Key] = "mine", ["other-key"] = "theirs" };
        string[] ids = [await Create("1"), await Create("2", body => body["model"] = "dreamina-seedance-2-0-fast-260128")];
        await UseKey("other-key");
        await Create("3");
        Pass(seconds: 1);

        Assert.That(Ledger.Tasks.Select(task => (task.Account, task.State)), Is.EqualTo([
            ("mine", TaskState.Running), ("mine", TaskState.Running), ("theirs", TaskState.Running),
        ]));
        Assert.That((await Get(ids[0])).Status, Is.EqualTo(HttpStatusCode.NotFound), "One account's task was shown to another.");
    }

    [Test]
    public async Task One_4k_task_runs_at_a_time()
    {
        string[] ids = [await Create("1", body => body["resolution"] = "4k"), await Create("2", body => body["resolution"] = "4k"), await Create("3")];

        Assert.That(await Statuses(ids), Is.EqualTo(["running", "queued", "running"]));
    }

    [Test]
    public async Task More_queued_tasks_than_allowed_are_refused()
    {
        Options.MaxQueued = 2;
        Options.MaxRunning = 1;
        await Create("1");
        await Create("2");
        await Create("3");

        var refused = await Post("4");
        Pass(seconds: 60);
        var taken = await Post("4");

        Assert.That((refused.Status, refused.Code), Is.EqualTo((HttpStatusCode.TooManyRequests, "QuotaExceeded")));
        Assert.That(refused.Json["error"]!["message"]!.GetValue<string>(), Does.Contain("has exceeded the quota"));
        Assert.That(taken.Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task More_creates_a_minute_than_allowed_are_refused()
    {
        Options.CreatesPerMinute = 2;
        await Post("1");
        await Post("2");
        Pass(seconds: 59.999);

        var refused = await Post("3");
        Pass(seconds: 0.001);
        var taken = await Post("3");

        Assert.That((refused.Status, refused.Code), Is.EqualTo((HttpStatusCode.TooManyRequests, "ModelAccountRpmRateLimitExceeded")));
        Assert.That(taken.Status, Is.EqualTo(HttpStatusCode.OK));
    }

    private async Task<IEnumerable<string>> Statuses(params string[] ids)
    {
        var reply = await ListIds(ids);
        return reply.Json["items"]!.AsArray().Reverse().Select(item => item!["status"]!.GetValue<string>());
    }
}
