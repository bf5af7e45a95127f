using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Workers.Simulator.Tests;

internal sealed class When_a_task_lives_its_life : SimulatorTest
{
    [Test]
    public async Task It_is_queued_then_running_then_succeeded()
    {
        Options.StartDelay = TimeSpan.FromSeconds(3);
        var id = await Create();

        Assert.That(await Status(id), Is.EqualTo("queued"));
        Pass(seconds: 1);
        Assert.That(await Status(id), Is.EqualTo("running"));
        Pass(seconds: 60);
        Assert.That(await Status(id), Is.EqualTo("succeeded"));
    }

    [Test]
    public async Task Its_id_holds_the_time_of_creation_in_Beijing()
    {
        var id = await Create();

        Assert.That(id, Does.Match("^cgt-20260809211822-[a-z0-9]{5}$"));
    }

    [Test]
    public async Task A_succeeded_task_tells_all_that_ModelArk_tells()
    {
        var id = await Create(change: body =>
        {
            body["return_last_frame"] = true;
            body["safety_identifier"] = "user-1";
            body["execution_expires_after"] = 86_401;
        });
        Pass(seconds: 60);

        var task = (await Get(id)).Json.AsObject();

        var created = new DateTimeOffset(2026, 8, 9, 13, 18, 22, TimeSpan.Zero).ToUnixTimeSeconds();
        var expected = new JsonObject
        {
            ["id"] = id,
            ["model"] = Model,
            ["status"] = "succeeded",
            ["error"] = null,
            ["content"] = task["content"]!.DeepClone(),
            ["usage"] = new JsonObject { ["completion_tokens"] = 108_900, ["total_tokens"] = 108_900 },
            ["created_at"] = created,
            ["updated_at"] = created + 61,
            ["seed"] = task["seed"]!.DeepClone(),
            ["resolution"] = "720p",
            ["ratio"] = "16:9",
            ["duration"] = 5,
            ["framespersecond"] = 24,
            ["service_tier"] = "default",
            ["execution_expires_after"] = 86_401,
            ["generate_audio"] = true,
            ["draft"] = false,
            ["priority"] = 0,
            ["safety_identifier"] = "user-1",
        };
        Assert.That(JsonNode.DeepEquals(task, expected), task.ToJsonString());
    }

    [Test]
    public async Task Its_output_is_what_the_ledger_says_and_another_for_each_task()
    {
        var first = await Create("one");
        var second = await Create("two");
        Pass(seconds: 70);

        var films = await Task.WhenAll(Film(first), Film(second));

        Assert.That(Hash(films[0]), Is.EqualTo(Ledger.OutputSha256(first)));
        Assert.That(Hash(films[1]), Is.EqualTo(Ledger.OutputSha256(second)));
        Assert.That(films[0], Is.Not.EqualTo(films[1]));
    }

    [Test]
    public async Task It_expires_when_it_has_not_ended_in_time()
    {
        var id = await Create("[simulate task stuck]", body => body["execution_expires_after"] = 3600);

        Pass(seconds: 3597);
        Assert.That(await Status(id), Is.EqualTo("running"));
        Assert.That(await Status(id), Is.EqualTo("expired"));
        Assert.That(Recorded(id).BilledTokens, Is.Zero);
    }

    [Test]
    public async Task It_is_forgotten_after_seven_days()
    {
        var id = await Create();
        Time.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(3));

        Assert.That(await Status(id), Is.EqualTo("succeeded"));
        Pass(seconds: 1);
        var reply = await Get(id);
        Assert.That((reply.Status, reply.Code), Is.EqualTo((HttpStatusCode.NotFound, "NotFound.Task")));
        Assert.That(Recorded(id).State, Is.EqualTo(TaskState.Succeeded));
    }

    [Test]
    public async Task It_can_not_be_seen_in_the_second_of_its_creation()
    {
        var reply = await Post("a lighthouse");
        var id = reply.Json["id"]!.GetValue<string>();
        Time.Advance(TimeSpan.FromMilliseconds(999));

        var get = await Get(id);
        var list = await Send(HttpMethod.Get, "contents/generations/tasks");
        Pass(seconds: 0.001);

        Assert.That(get.Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(list.Ids, Is.Empty);
        Assert.That((await Get(id)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    private async Task<byte[]> Film(string id)
    {
        var client = await Client();
        return await client.GetByteArrayAsync(new Uri((await Get(id)).Json["content"]!["video_url"]!.GetValue<string>()), Patience);
    }

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
