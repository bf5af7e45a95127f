using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Workers.Simulator.Tests;

internal sealed class When_an_output_is_read : SimulatorTest
{
    [Test]
    public async Task Its_address_dies_a_day_after_the_task_ended()
    {
        var film = await Film("a lighthouse");
        Time.Advance(TimeSpan.FromSeconds(86_400 - 1));

        Assert.That((await Send(HttpMethod.Get, film)).Status, Is.EqualTo(HttpStatusCode.OK));
        Pass(seconds: 1);
        Assert.That((await Send(HttpMethod.Get, film)).Status, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [TestCase("X-Tos-Signature=", "X-Tos-Signature=0")]
    [TestCase("X-Tos-Expires=86400", "X-Tos-Expires=864000")]
    [TestCase("X-Tos-Date=1", "X-Tos-Date=2")]
    [TestCase("?", "?forgotten=")]
    public async Task A_changed_address_is_refused(string part, string changed)
    {
        var film = await Film("a lighthouse");

        Assert.That((await Send(HttpMethod.Get, film.Replace(part, changed, StringComparison.Ordinal))).Status, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task No_key_is_asked_for_and_head_tells_the_size()
    {
        var film = await Film("a lighthouse");
        using var anybody = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Head, film);

        using var head = await anybody.SendAsync(request, Patience);
        var content = await anybody.GetByteArrayAsync(new Uri(film), Patience);

        Assert.That(head.Content.Headers.ContentType!.MediaType, Is.EqualTo("video/mp4"));
        Assert.That(head.Content.Headers.ContentLength, Is.EqualTo(content.Length));
    }

    [Test]
    public async Task The_film_is_whole_boxes_to_its_last_byte()
    {
        Options.OutputPaddingBytes = 200_000;
        var content = await Read(await Film("a lighthouse"));

        var boxes = Boxes(content).ToList();

        Assert.That(boxes, Is.EqualTo(["ftyp", "moov", "free", "mdat", "free"]));
        Assert.That(Convert.ToHexStringLower(SHA256.HashData(content)), Is.EqualTo(Ledger.OutputSha256(Ledger.Tasks[0].Id)));
    }

    [Test]
    public async Task The_last_frame_is_a_picture_where_it_was_asked_for()
    {
        var id = await Create(change: body => body["return_last_frame"] = true);
        Pass(seconds: 70);

        var content = await Read((await Get(id)).Json["content"]!["last_frame_url"]!.GetValue<string>());

        Assert.That(content.Take(8), Is.EqualTo((byte[])[0x89, .. "PNG\r\n"u8, 0x1a, .. "\n"u8]));
        Assert.That(Convert.ToHexStringLower(SHA256.HashData(content)), Is.EqualTo(Ledger.OutputSha256(id, "last_frame.png")));
    }

    [Test]
    public async Task A_truncated_download_breaks_off_half_way_once()
    {
        var film = await Film("[simulate download once truncate]");

        Assert.That(async () => await Read(film), Throws.InstanceOf<HttpRequestException>().Or.InstanceOf<IOException>());
        Assert.That(await Read(film), Has.Length.GreaterThan(15_000));
        Assert.That(Ledger.Requests.Where(request => request.Operation is Operation.Download).Select(request => request.Try), Is.EqualTo([1, 2]));
    }

    [TestCase("answer 503", HttpStatusCode.ServiceUnavailable)]
    [TestCase("answer 404", HttpStatusCode.NotFound)]
    [TestCase("not-json", HttpStatusCode.OK)]
    public async Task Other_faults_befall_it_too(string fault, HttpStatusCode status)
    {
        var reply = await Send(HttpMethod.Get, await Film($"[simulate download {fault}]"));

        Assert.That(reply.Status, Is.EqualTo(status));
        Assert.That(reply.Text, Does.StartWith("{\"error\"").Or.StartWith("<html>"));
    }

    [Test]
    public async Task Its_type_may_say_nothing()
    {
        var film = new Uri(await Film("[simulate download media-type binary/octet-stream]"));
        using var response = await (await Client()).GetAsync(film, Patience);

        Assert.That(response.Content.Headers.ContentType!.MediaType, Is.EqualTo("binary/octet-stream"));
        Assert.That(HashOf(await response.Content.ReadAsByteArrayAsync(Patience)), Is.EqualTo(Ledger.OutputSha256(Ledger.Tasks[0].Id)));
    }

    [TestCase("gzip")]
    [TestCase("deflate")]
    [TestCase("br")]
    public async Task It_may_come_encoded_unasked(string encoding)
    {
        var film = new Uri(await Film($"[simulate download encode {encoding}]"));
        using var response = await (await Client()).GetAsync(film, Patience);
        await using Stream body = await response.Content.ReadAsStreamAsync(Patience);
        await using Stream decoded = encoding switch
        {
            "br" => new BrotliStream(body, CompressionMode.Decompress),
            "deflate" => new ZLibStream(body, CompressionMode.Decompress),
            _ => new GZipStream(body, CompressionMode.Decompress),
        };
        using var content = new MemoryStream();
        await decoded.CopyToAsync(content, Patience);

        Assert.That(response.Content.Headers.ContentEncoding, Is.EqualTo([encoding]));
        Assert.That(HashOf(content.ToArray()), Is.EqualTo(Ledger.OutputSha256(Ledger.Tasks[0].Id)));
    }

    [Test]
    public async Task It_may_be_refused_for_a_while()
    {
        var id = await Create("[simulate download not-yet 404 2m]");
        Pass(seconds: 60);
        var film = (await Get(id)).Json["content"]!["video_url"]!.GetValue<string>();

        Assert.That((await Send(HttpMethod.Get, film)).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Pass(seconds: 120);
        Assert.That((await Send(HttpMethod.Get, film)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task It_may_want_the_key_of_its_account()
    {
        var film = new Uri(await Film("[simulate download want-key]"));
        using var anybody = new HttpClient();
        using var refused = await anybody.GetAsync(film, Patience);

        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That((await Send(HttpMethod.Get, film.ToString())).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Its_address_may_lead_nowhere()
    {
        var film = new Uri(await Film("[simulate download redirect //]"));
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler);
        using var response = await client.GetAsync(film, Patience);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Found));
        Assert.That(response.Headers.NonValidated["Location"].ToString(), Is.EqualTo("//"));
    }

    [Test]
    public async Task It_may_come_a_byte_a_second()
    {
        var film = new Uri(await Film("[simulate download drip]"));
        using var response = await (await Client()).GetAsync(film, HttpCompletionOption.ResponseHeadersRead, Patience);
        await using var body = await response.Content.ReadAsStreamAsync(Patience);
        var some = new byte[100];

        Assert.That(await body.ReadAsync(some, Patience), Is.EqualTo(1), "the clock stands still");
        Pass(seconds: 1);
        Assert.That(await body.ReadAsync(some, Patience), Is.EqualTo(1));
    }

    [Test]
    public async Task An_address_of_2_5_allows_a_hundred_downloads()
    {
        var film = await Film("a lighthouse", "dreamina-seedance-2-5-260628");
        for (var download = 0; download < 100; download++)
        {
            await Read(film);
        }

        Assert.That((await Send(HttpMethod.Get, film)).Status, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task A_connection_can_be_dropped_instead()
    {
        var film = await Film("[simulate download drop-response]");

        Assert.That(async () => await Send(HttpMethod.Get, film), Throws.InstanceOf<HttpRequestException>());
        Assert.That(Ledger.Requests[^1].Status, Is.Null);
    }

    private async Task<string> Film(string prompt, string model = Model)
    {
        var id = await Create(prompt, body => body["model"] = model);
        Pass(seconds: 60);
        return (await Get(id)).Json["content"]!["video_url"]!.GetValue<string>();
    }

    private static string HashOf(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private async Task<byte[]> Read(string address) => await (await Client()).GetByteArrayAsync(new Uri(address), Patience);

    private static IEnumerable<string> Boxes(byte[] content)
    {
        for (var at = 0; at < content.Length;)
        {
            long size = BinaryPrimitives.ReadUInt32BigEndian(content.AsSpan(at));
            yield return Encoding.ASCII.GetString(content, at + 4, 4);
            at += (int)(size == 1 ? BinaryPrimitives.ReadInt64BigEndian(content.AsSpan(at + 8)) : size);
        }
    }
}
