using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Workers.Simulator.Tests;

internal sealed class When_a_create_is_wrong : SimulatorTest
{
    private const string Text = """{"type":"text","text":"a lighthouse"}""";
    private const string Fast = "dreamina-seedance-2-0-fast-260128";
    private const string V25 = "dreamina-seedance-2-5-260628";
    private const string V15 = "seedance-1-5-pro-251215";
    private const string V10Fast = "seedance-1-0-pro-fast-251015";
    private const string V10 = "seedance-1-0-pro-250528";

    [TestCase("""{"content":[]}""", "MissingParameter", "model")]
    [TestCase("""{"model":"M"}""", "MissingParameter", "content")]
    [TestCase("""{"model":"M","content":[]}""", "InvalidParameter", "content")]
    [TestCase("""{"model":"M","content":"text"}""", "InvalidParameter", "content")]
    [TestCase("""{"model":7,"content":[T]}""", "InvalidParameter", "model")]
    [TestCase("""{"model":"M","content":[{"text":"a"}]}""", "MissingParameter", "content[0].type")]
    [TestCase("""{"model":"M","content":[{"type":"text","text":""}]}""", "MissingParameter", "content[0].text")]
    [TestCase("""{"model":"M","content":[T,{"type":"smell"}]}""", "InvalidParameter", "content[1].type")]
    [TestCase("""{"model":"M","content":[T],"resolution":"8k"}""", "InvalidParameter", "resolution")]
    [TestCase("""{"model":"FAST","content":[T],"resolution":"1080p"}""", "InvalidParameter", "resolution")]
    [TestCase("""{"model":"V25","content":[T],"resolution":"4k"}""", "InvalidParameter", "resolution")]
    [TestCase("""{"model":"M","content":[T],"resolution":720}""", "InvalidParameter", "resolution")]
    [TestCase("""{"model":"M","content":[T],"ratio":"5:4"}""", "InvalidParameter", "ratio")]
    [TestCase("""{"model":"M","content":[T],"duration":3}""", "InvalidParameter", "duration")]
    [TestCase("""{"model":"M","content":[T],"duration":16}""", "InvalidParameter", "duration")]
    [TestCase("""{"model":"M","content":[T],"duration":5.5}""", "InvalidParameter", "duration")]
    [TestCase("""{"model":"M","content":[T],"duration":"5"}""", "InvalidParameter", "duration")]
    [TestCase("""{"model":"V25","content":[T],"duration":31}""", "InvalidParameter", "duration")]
    [TestCase("""{"model":"V10","content":[T],"duration":-1}""", "InvalidParameter", "duration")]
    [TestCase("""{"model":"V10","content":[T],"frames":30}""", "InvalidParameter", "frames")]
    [TestCase("""{"model":"M","content":[T],"frames":29}""", "InvalidParameter.UnsupportedParameter", "frames")]
    [TestCase("""{"model":"M","content":[T],"seed":-2}""", "InvalidParameter", "seed")]
    [TestCase("""{"model":"M","content":[T],"seed":4294967295}""", "InvalidParameter", "seed")]
    [TestCase("""{"model":"M","content":[T],"watermark":"yes"}""", "InvalidParameter", "watermark")]
    [TestCase("""{"model":"M","content":[T],"camera_fixed":true}""", "InvalidParameter.UnsupportedParameter", "camera_fixed")]
    [TestCase("""{"model":"V10","content":[T],"generate_audio":true}""", "InvalidParameter.UnsupportedParameter", "generate_audio")]
    [TestCase("""{"model":"M","content":[T],"service_tier":"flex"}""", "InvalidParameter.UnsupportedParameter", "service_tier")]
    [TestCase("""{"model":"M","content":[T],"service_tier":"gold"}""", "InvalidParameter", "service_tier")]
    [TestCase("""{"model":"M","content":[T],"priority":10}""", "InvalidParameter", "priority")]
    [TestCase("""{"model":"V10","content":[T],"priority":1}""", "InvalidParameter.UnsupportedParameter", "priority")]
    [TestCase("""{"model":"M","content":[T],"execution_expires_after":3599}""", "InvalidParameter", "execution_expires_after")]
    [TestCase("""{"model":"M","content":[T],"execution_expires_after":259201}""", "InvalidParameter", "execution_expires_after")]
    [TestCase("""{"model":"M","content":[T],"callback_url":"nowhere"}""", "InvalidParameter", "callback_url")]
    [TestCase("""{"model":"M","content":[T],"safety_identifier":"12345678901234567890123456789012345678901234567890123456789012345"}""", "InvalidParameter", "safety_identifier")]
    [TestCase("""{"model":"M","content":[T],"tools":[{"type":"hammer"}]}""", "InvalidParameter", "tools")]
    [TestCase("""{"model":"M","content":[T],"output_format":"mov"}""", "InvalidParameter.UnsupportedParameter", "output_format")]
    [TestCase("""{"model":"V25","content":[T],"output_format":"avi"}""", "InvalidParameter", "output_format")]
    [TestCase("""{"model":"V25","content":[T],"draft":true,"resolution":"720p"}""", "InvalidParameter", "resolution")]
    [TestCase("""{"model":"V15","content":[T],"draft":true,"return_last_frame":true}""", "InvalidParameter.UnsupportedParameter", "return_last_frame")]
    [TestCase("""{"model":"V15","content":[T],"draft":true,"service_tier":"flex"}""", "InvalidParameter.UnsupportedParameter", "service_tier")]
    [TestCase("""{"model":"V10","content":[T],"ratio":"adaptive"}""", "InvalidParameter", "ratio")]
    [TestCase("""{"model":"V10","content":[T,IMG("reference_image")]}""", "InvalidParameter.UnsupportedParameter", "content[1].role")]
    [TestCase("""{"model":"V10FAST","content":[T,IMG("first_frame"),IMG("last_frame")]}""", "InvalidParameter.UnsupportedParameter", "content[2].role")]
    [TestCase("""{"model":"V25","content":[T],"omni_reference_task_type":"edit"}""", "InvalidParameter.TaskTypeConstraint", "content")]
    [TestCase("""{"model":"V25","content":[T,VID],"omni_reference_task_type":"edit","duration":5}""", "InvalidParameter.TaskTypeConstraint", "duration")]
    [TestCase("""{"model":"V25","content":[T,VID],"omni_reference_task_type":"extend","ratio":"1:1"}""", "InvalidParameter.TaskTypeConstraint", "ratio")]
    [TestCase("""{"model":"M","content":[{"type":"text","text":"[simulate create explode]"}]}""", "InvalidParameter", "content")]
    [TestCase("[1]", "InvalidParameter", "")]
    [TestCase("{", "InvalidParameter", "")]
    public async Task It_is_refused_with_400_and_the_field_at_fault(string body, string code, string param)
    {
        var reply = await Post(body);

        Assert.That((reply.Status, reply.Code, reply.Param), Is.EqualTo((HttpStatusCode.BadRequest, code, param)), reply.Text);
        Assert.That(reply.Json["error"]!["type"]!.GetValue<string>(), Is.EqualTo("BadRequest"));
        Assert.That(reply.Json["error"]!["message"]!.GetValue<string>(), Does.Match("Request id: 02[0-9]{13}[0-9a-f]+$"));
        Assert.That(Ledger.Tasks, Is.Empty);
    }

    [TestCase("""IMG("first_frame"),IMG("first_frame")""", "at most one first frame")]
    [TestCase("""IMG("last_frame")""", "needs a first frame")]
    [TestCase("""IMG("first_frame"),IMG("reference_image")""", "cannot be mixed")]
    [TestCase("""IMG("first_frame"),VID""", "cannot be mixed")]
    [TestCase("IMG(null),IMG(null)", "role must be specified")]
    [TestCase("""IMG("hero")""", "not a role")]
    [TestCase("""{"type":"image_url","image_url":"https://x.test/1.png"}""", "an object with a url")]
    [TestCase("""{"type":"video_url","video_url":{"url":"https://x.test/1.mp4"}}""", "must be reference_video")]
    [TestCase("AUD", "needs at least one reference image or video")]
    [TestCase("VID,VID,VID,VID", "at most 3 reference videos")]
    [TestCase("VID,AUD,AUD,AUD,AUD", "at most 3 reference audios")]
    public async Task Content_that_does_not_go_together_is_refused(string items, string why)
    {
        var reply = await Post($$"""{"model":"M","content":[T,{{items}}]}""");

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(reply.Json["error"]!["message"]!.GetValue<string>(), Does.Contain(why));
    }

    [TestCase("")]
    [TestCase("ftp://x.test/1.png")]
    [TestCase("pictures/1.png")]
    public async Task An_address_of_no_known_kind_is_refused(string url)
    {
        var reply = await Post($$$"""{"model":"M","content":[T,{"type":"image_url","image_url":{"url":"{{{url}}}"}}]}""");

        Assert.That(reply.Code, Is.EqualTo(url.Length == 0 ? "InvalidImageURL.EmptyURL" : "InvalidImageURL.InvalidFormat"));
    }

    [TestCase("""IMG(null)""")]
    [TestCase("""IMG("first_frame"),IMG("last_frame")""")]
    [TestCase("""IMG("reference_image"),IMG("reference_image"),VID,AUD""")]
    [TestCase("""{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}""")]
    [TestCase("""{"type":"image_url","image_url":{"url":"asset://face-1"},"role":"reference_image"}""")]
    public async Task Content_that_goes_together_is_taken(string items)
    {
        var reply = await Post($$"""{"model":"M","content":[T,{{items}}]}""");

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.OK), reply.Text);
    }

    [TestCase("""{"model":"M","content":[T],"framespersecond":999}""")]
    [TestCase("""{"model":"doubao-seedance-2-0-260128","content":[T],"duration":-1,"tools":[{"type":"web_search"}]}""")]
    [TestCase("""{"model":"V25","content":[T,VID],"omni_reference_task_type":"edit"}""")]
    [TestCase("""{"model":"V10","content":[T,IMG("first_frame"),IMG("last_frame")],"ratio":"adaptive"}""")]
    [TestCase("""{"model":"V15","content":[T],"draft":true,"ratio":"adaptive"}""")]
    [TestCase("""{"model":"V10","content":[T],"frames":29,"service_tier":"flex","camera_fixed":false}""")]
    public async Task Unknown_fields_and_those_of_the_model_are_taken(string body)
    {
        var reply = await Post(body);

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.OK), reply.Text);
    }

    [TestCase("seedance-9")]
    [TestCase("seedance-2-0-260128")]
    public async Task An_unknown_model_is_not_found(string model)
    {
        var reply = await Post(Body(change: body => body["model"] = model));

        Assert.That((reply.Status, reply.Code), Is.EqualTo((HttpStatusCode.NotFound, "InvalidEndpointOrModel.NotFound")));
    }

    [Test]
    public async Task A_frame_with_a_ratio_fails_late_on_2_5()
    {
        var reply = await Post("""{"model":"V25","content":[T,IMG("first_frame")],"ratio":"16:9","duration":5}""");
        Pass(seconds: 70);

        var task = await Get(reply.Json["id"]!.GetValue<string>());

        Assert.That(task.Json["status"]!.GetValue<string>(), Is.EqualTo("failed"));
        Assert.That(task.Code, Is.EqualTo("InvalidParameter.TaskTypeConstraint"));
    }

    [TestCase("Bearer wrong-key")]
    [TestCase("Basic simulator-key")]
    [TestCase(null)]
    public async Task A_wrong_key_is_refused_everywhere(string? authorization)
    {
        var client = await Client();
        client.DefaultRequestHeaders.Authorization = authorization is null ? null : AuthenticationHeaderValue.Parse(authorization);

        Reply[] replies = [await Post(Body()), await Get("cgt-1"), await List(""), await Delete("cgt-1")];

        Assert.That(replies.Select(reply => (reply.Status, reply.Code)), Is.All.EqualTo((HttpStatusCode.Unauthorized, "AuthenticationError")));
        Assert.That(Ledger.Requests.Select(request => (request.Account, request.Status)), Is.All.EqualTo(((string?)null, 401)));
    }

    [Test]
    public async Task The_clients_id_of_the_request_and_the_providers_time_are_on_every_answer()
    {
        var client = await Client();
        client.DefaultRequestHeaders.Add("X-Client-Request-Id", "20260809211822abc");

        var reply = await Post("{");

        Assert.That(reply.Headers.GetValues("X-Client-Request-Id").Single(), Is.EqualTo("20260809211822abc"));
        Assert.That(reply.Headers.Date, Is.EqualTo(Time.GetUtcNow()));
        Assert.That(reply.Headers.Contains("Server"), Is.False);
    }

    /// <summary>Posts a body in which the short words stand for what every case repeats.</summary>
    private new async Task<Reply> Post(string body)
    {
        var text = body
            .Replace("\"M\"", $"\"{Model}\"", StringComparison.Ordinal)
            .Replace("\"FAST\"", $"\"{Fast}\"", StringComparison.Ordinal)
            .Replace("\"V25\"", $"\"{V25}\"", StringComparison.Ordinal)
            .Replace("\"V15\"", $"\"{V15}\"", StringComparison.Ordinal)
            .Replace("\"V10FAST\"", $"\"{V10Fast}\"", StringComparison.Ordinal)
            .Replace("\"V10\"", $"\"{V10}\"", StringComparison.Ordinal)
            .Replace("[T", $"[{Text}", StringComparison.Ordinal)
            .Replace("VID", """{"type":"video_url","video_url":{"url":"https://x.test/1.mp4"},"role":"reference_video"}""", StringComparison.Ordinal)
            .Replace("AUD", """{"type":"audio_url","audio_url":{"url":"https://x.test/1.wav"},"role":"reference_audio"}""", StringComparison.Ordinal)
            .Replace("IMG(", """{"type":"image_url","image_url":{"url":"https://x.test/1.png"},"role":""", StringComparison.Ordinal)
            .Replace(")", "}", StringComparison.Ordinal);
        using var content = new StringContent(text, Encoding.UTF8, "application/json");
        return await Send(HttpMethod.Post, "contents/generations/tasks", content);
    }

    private Task<Reply> Post(JsonObject body) => base.Post(body);
}
