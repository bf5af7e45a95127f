namespace Workers.Simulator.Tests;

internal sealed class When_a_task_meets_a_fault : SimulatorTest
{
    [TestCase("moderate", "OutputVideoSensitiveContentDetected")]
    [TestCase("fail InternalServiceError", "InternalServiceError")]
    public async Task It_fails_at_its_end_and_is_free(string fault, string code)
    {
        var id = await Create($"[simulate task {fault}]");
        Pass(seconds: 1);
        Assert.That(await Status(id), Is.EqualTo("running"));
        Pass(seconds: 60);

        var task = await Get(id);

        Assert.That((task.Json["status"]!.GetValue<string>(), task.Code), Is.EqualTo(("failed", code)));
        Assert.That(Ledger.Invoice, Is.Empty);
    }

    [Test]
    public async Task It_is_stuck_until_it_expires()
    {
        var id = await Create("[simulate task stuck]");
        Time.Advance(TimeSpan.FromHours(47.9));

        Assert.That(await Status(id), Is.EqualTo("running"));
        Time.Advance(TimeSpan.FromHours(0.1));
        Assert.That(await Status(id), Is.EqualTo("expired"));
    }

    [Test]
    public async Task It_reports_an_unknown_word_for_so_many_readings()
    {
        var id = await Create("[simulate task unknown-status pondering 2]");

        var listed = (await ListIds(id)).Json["items"]![0]!["status"]!.GetValue<string>();
        string[] read = [await Status(id), await Status(id)];

        Assert.That((string[])[listed, .. read], Is.EqualTo(["pondering", "pondering", "running"]));
    }

    [Test]
    public async Task It_reports_an_unknown_word_for_ever_and_ends_all_the_same()
    {
        var id = await Create("[simulate task unknown-status pondering]");
        Pass(seconds: 70);

        Assert.That(await Status(id), Is.EqualTo("pondering"));
        Assert.That(Recorded(id).State, Is.EqualTo(TaskState.Succeeded));
    }

    [TestCase("missing-usage", "usage", "content")]
    [TestCase("missing-output", "content", "usage")]
    public async Task It_succeeds_without_saying_all(string fault, string missing, string there)
    {
        var id = await Create($"[simulate task {fault}]");
        Pass(seconds: 70);

        var task = (await Get(id)).Json.AsObject();

        Assert.That(task["status"]!.GetValue<string>(), Is.EqualTo("succeeded"));
        Assert.That(task.ContainsKey(missing), Is.False);
        Assert.That(task.ContainsKey(there), Is.True);
        Assert.That(Ledger.Invoice, Has.Count.EqualTo(1));
    }

    [TestCase("text-numbers", "\"5\"", "\"[0-9]{10}\"", "\"[0-9]+\"")]
    [TestCase("fraction-numbers", "5\\.04", "[0-9]{10}(\\.[0-9]+)?", "[0-9]+")]
    [TestCase("iso-times", "5", "\"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{3}Z\"", "[0-9]+")]
    public async Task It_says_the_same_in_another_form(string fault, string duration, string time, string tokens)
    {
        var id = await Create($"[simulate task {fault}]");
        Pass(seconds: 70);

        foreach (var task in new[] { (await Get(id)).Json, (await ListIds(id)).Json["items"]![0]! })
        {
            Assert.That(task["status"]!.GetValue<string>(), Is.EqualTo("succeeded"));
            Assert.That(task["duration"]!.ToJsonString(), Does.Match($"^{duration}$"));
            Assert.That(task["created_at"]!.ToJsonString(), Does.Match($"^{time}$"));
            Assert.That(task["updated_at"]!.ToJsonString(), Does.Match($"^{time}$"));
            Assert.That(task["usage"]!["completion_tokens"]!.ToJsonString(), Does.Match($"^{tokens}$"));
        }
    }

    [Test]
    public async Task Listings_can_leave_out_its_usage()
    {
        var id = await Create("[simulate list unlisted-usage]");
        Pass(seconds: 70);

        Assert.That((await ListIds(id)).Json["items"]![0]!.AsObject().ContainsKey("usage"), Is.False);
        Assert.That((await Get(id)).Json.AsObject().ContainsKey("usage"), Is.True);
    }

    [Test]
    public async Task It_does_not_say_when_it_was_made()
    {
        var id = await Create("[simulate task missing-times]");
        Pass(seconds: 70);

        var task = (await Get(id)).Json.AsObject();

        Assert.That((task.ContainsKey("created_at"), task.ContainsKey("updated_at"), task.ContainsKey("content")), Is.EqualTo((false, false, true)));
    }

    [Test]
    public async Task Listings_can_say_failure_reason()
    {
        var id = await Create("[simulate list failure-reason] [simulate task moderate]");
        Pass(seconds: 70);

        var item = (await ListIds(id)).Json["items"]![0]!.AsObject();

        Assert.That(item["failure_reason"]!["code"]!.GetValue<string>(), Is.EqualTo("OutputVideoSensitiveContentDetected"));
        Assert.That(item.ContainsKey("error"), Is.False);
        Assert.That((await Get(id)).Code, Is.EqualTo("OutputVideoSensitiveContentDetected"));
    }

    [Test]
    public async Task It_is_hidden_from_listings_for_a_while()
    {
        var id = await Create("[simulate task hide 30s]");

        Assert.That((await ListIds(id)).Ids, Is.Empty);
        Assert.That(await Status(id), Is.EqualTo("running"));
        Pass(seconds: 27);
        Assert.That((await ListIds(id)).Ids, Is.EqualTo([id]));
    }

    [Test]
    public async Task The_first_try_alone_can_be_hit()
    {
        var first = await Create("[simulate task once moderate]");
        var second = await Create("[simulate task once moderate]");
        Pass(seconds: 70);

        Assert.That((Recorded(first).State, Recorded(second).State), Is.EqualTo((TaskState.Failed, TaskState.Succeeded)));
    }
}
