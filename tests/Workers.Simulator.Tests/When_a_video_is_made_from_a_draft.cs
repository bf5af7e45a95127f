using System.Net;
using System.Text.Json.Nodes;

namespace Workers.Simulator.Tests;

internal sealed class When_a_video_is_made_from_a_draft : SimulatorTest
{
    private const string V25 = "dreamina-seedance-2-5-260628";
    private const string V15 = "seedance-1-5-pro-251215";

    private async Task<string> Draft(string model = V25, Action<JsonObject>? change = null)
    {
        var id = await Create(change: body =>
        {
            (body["model"], body["draft"], body["resolution"], body["duration"]) = (model, true, "480p", 6);
            change?.Invoke(body);
        });
        Pass(seconds: 70);
        return id;
    }

    private Task<Reply> Final(string draft, string model = V25, Action<JsonObject>? change = null)
    {
        var body = new JsonObject
        {
            ["model"] = model,
            ["content"] = new JsonArray(new JsonObject { ["type"] = "draft_task", ["draft_task"] = new JsonObject { ["id"] = draft } }),
        };
        change?.Invoke(body);
        return Post(body);
    }

    [Test]
    public async Task It_has_the_drafts_length_ratio_and_seed_and_names_it()
    {
        var draft = await Draft();
        var made = (await Get(draft)).Json;

        var reply = await Final(draft);
        Pass(seconds: 70);

        var film = (await Get(reply.Json["id"]!.GetValue<string>())).Json;
        Assert.That(film["draft_task_id"]!.GetValue<string>(), Is.EqualTo(draft));
        Assert.That((film["resolution"]!.GetValue<string>(), film["draft"]!.GetValue<bool>()), Is.EqualTo(("1080p", false)));
        foreach (var taken in new[] { "duration", "ratio", "seed", "generate_audio" })
        {
            Assert.That(film[taken]!.ToJsonString(), Is.EqualTo(made[taken]!.ToJsonString()), taken);
        }
    }

    [Test]
    public async Task Both_are_billed_the_video_of_the_draft_with_the_film()
    {
        var draft = await Draft(change: body => body["content"]!.AsArray().Add(
            new JsonObject { ["type"] = "video_url", ["video_url"] = new JsonObject { ["url"] = "https://x.test/1.mp4" }, ["role"] = "reference_video" }));
        await Final(draft);
        Pass(seconds: 70);

        const int Frames = (24 * (6 + 5)) + 1;
        const long Small = 854L * 480 * Frames / 1024;
        const long Large = 1920L * 1080 * Frames / 1024;
        Assert.That(
            Ledger.Invoice.Select(line => (line.Tokens, line.AmountUsd)),
            Is.EqualTo(new[] { (Small, Small * 6.4m / 1_000_000), (Large, Large * 7.0m / 1_000_000) }));
    }

    [TestCase(true, 640 * 640 * 145 / 1024 * 6 / 10)]
    [TestCase(false, 640 * 640 * 145 / 1024)]
    public async Task A_draft_of_1_5_with_sound_uses_less(bool sound, long tokens)
    {
        await Draft(V15, body => (body["ratio"], body["generate_audio"]) = ("1:1", sound));

        Assert.That(Ledger.Invoice.Single().Tokens, Is.EqualTo(tokens));
    }

    [Test]
    public async Task A_film_of_1_5_may_have_another_resolution_and_what_is_said_again_changes_nothing()
    {
        var draft = await Draft(V15);

        var reply = await Final(draft, V15, body => (body["resolution"], body["duration"]) = ("1080p", 12));
        Pass(seconds: 1);

        var film = (await Get(reply.Json["id"]!.GetValue<string>())).Json;
        Assert.That((film["resolution"]!.GetValue<string>(), film["duration"]!.GetValue<int>()), Is.EqualTo(("1080p", 6)));
    }

    [TestCase("duration", "6")]
    [TestCase("ratio", "\"16:9\"")]
    [TestCase("seed", "1")]
    [TestCase("generate_audio", "true")]
    [TestCase("omni_reference_task_type", "\"auto\"")]
    [TestCase("resolution", "\"720p\"")]
    [TestCase("draft", "true")]
    public async Task What_2_5_takes_over_must_not_be_said_again(string name, string value)
    {
        var reply = await Final(await Draft(), change: body => body[name] = JsonNode.Parse(value));

        Assert.That((reply.Status, reply.Param), Is.EqualTo((HttpStatusCode.BadRequest, name)), reply.Text);
    }

    [Test]
    public async Task A_prompt_beside_the_draft_is_refused()
    {
        var reply = await Final(await Draft(), change: body => body["content"]!.AsArray().Add(new JsonObject { ["type"] = "text", ["text"] = "again" }));

        Assert.That((reply.Status, reply.Param), Is.EqualTo((HttpStatusCode.BadRequest, "content")), reply.Text);
    }

    [Test]
    public async Task Only_a_draft_that_succeeded_will_do()
    {
        var plain = await Create(change: body => body["model"] = V25);
        var running = await Create("another", body => (body["model"], body["draft"], body["resolution"]) = (V25, true, "480p"));
        var failed = await Draft(change: body => body["content"]![0]!["text"] = "[simulate task moderate]");

        foreach (var id in new[] { "cgt-unknown", plain, failed })
        {
            var reply = await Final(id);
            Assert.That((reply.Status, reply.Param), Is.EqualTo((HttpStatusCode.BadRequest, "content[0].draft_task.id")), reply.Text);
        }

        Assert.That((await Final(running)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await Final(running, V15)).Param, Is.EqualTo("model"));
    }
}
