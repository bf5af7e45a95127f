using System.Net;
using System.Net.Http.Headers;

namespace Workers.Simulator.Tests;

internal sealed class When_samples_are_read : SimulatorTest
{
    [TestCase("first.png", "image/png")]
    [TestCase("last.png", "image/png")]
    [TestCase("style.jpg", "image/jpeg")]
    [TestCase("clip.mp4", "video/mp4")]
    [TestCase("voice.wav", "audio/wav")]
    public async Task Head_tells_size_and_type(string name, string type)
    {
        using var head = await Ask(HttpMethod.Head, $"samples/{name}");
        using var whole = await Ask(HttpMethod.Get, $"samples/{name}");

        var content = await whole.Content.ReadAsByteArrayAsync(Patience);
        Assert.That(head.Content.Headers.ContentType!.MediaType, Is.EqualTo(type));
        Assert.That(head.Content.Headers.ContentLength, Is.EqualTo(content.Length).And.GreaterThan(1000));
    }

    [Test]
    public async Task Where_head_is_refused_one_byte_can_be_had()
    {
        using var head = await Ask(HttpMethod.Head, "samples/no-head/first.png");
        using var part = await Ask(HttpMethod.Get, "samples/no-head/first.png", new RangeHeaderValue(0, 0));

        Assert.That(head.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
        Assert.That(part.StatusCode, Is.EqualTo(HttpStatusCode.PartialContent));
        Assert.That(await part.Content.ReadAsByteArrayAsync(Patience), Is.EqualTo((byte[])[0x89]));
        Assert.That(part.Content.Headers.ContentRange!.Length, Is.GreaterThan(1000));
    }

    [Test]
    public async Task A_missing_one_is_missing()
    {
        using var head = await Ask(HttpMethod.Head, "samples/missing.png");

        Assert.That(head.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    private async Task<HttpResponseMessage> Ask(HttpMethod method, string path, RangeHeaderValue? range = null)
    {
        var client = await Client();
        using var request = new HttpRequestMessage(method, new Uri(Simulator.Root, path));
        request.Headers.Range = range;
        return await client.SendAsync(request, Patience);
    }
}
