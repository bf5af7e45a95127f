using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Workers.Contracts;
using Workers.Providers.Http;
using Workers.Providers.Tests.Support;

namespace Workers.Providers.Tests.Http;

/// <summary>What servers of files do to a film that was paid, although nobody asked for it.</summary>
internal sealed class When_an_output_comes_oddly
{
    /// <summary>The beginning of a film, and enough behind it for blocks and windows; it can't be compressed, so part of what is encoded is more than its first bytes.</summary>
    private static readonly byte[] Film = [0, 0, 0, 24, .. "ftypisom"u8, .. Enumerable.Range(0, 6_250).SelectMany(number => SHA256.HashData(BitConverter.GetBytes(number)))];

    private readonly Dictionary<string, string?> _settings = new() { ["Outbound:AllowedHosts:0"] = "127.0.0.1", ["Http:Retries"] = "0" };
    private readonly List<string> _authorizations = [];
    private ProviderHost? _host;
    private Kestrel? _server;

    [TearDown]
    public async Task Stop()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    [Test]
    public async Task It_is_asked_for_as_it_is()
    {
        var asked = "";
        await using var opened = await Opened(context =>
        {
            asked = context.Request.Headers.AcceptEncoding.ToString();
            return context.Response.Body.WriteAsync(Film).AsTask();
        });

        Assert.That(asked, Is.EqualTo("identity"));
    }

    [TestCase("gzip")]
    [TestCase("x-gzip")]
    [TestCase("GZIP")]
    [TestCase("deflate")]
    [TestCase("raw deflate")]
    [TestCase("br")]
    [TestCase("gzip, br")]
    [TestCase("identity, gzip")]
    public async Task What_was_encoded_is_decoded_and_its_size_is_not_the_encoded_ones(string encoding)
    {
        await using var opened = await Opened(async context =>
        {
            var body = Encode(Film, encoding);
            context.Response.Headers.ContentEncoding = encoding.Replace("raw ", "", StringComparison.Ordinal);
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(body);
        });

        Assert.That(await Read(opened), Is.EqualTo(Film));
        Assert.That(opened.Length, Is.Null);
    }

    [TestCase("gzip")]
    [TestCase("br")]
    [TestCase("zstd")]
    [TestCase("compress")]
    [TestCase("aws-chunked")]
    [TestCase("identity")]
    public async Task A_film_is_a_film_whatever_its_server_says_was_done_to_it(string encoding)
    {
        await using var opened = await Opened(async context =>
        {
            context.Response.Headers.ContentEncoding = encoding;
            context.Response.ContentLength = Film.Length;
            await context.Response.Body.WriteAsync(Film);
        });

        Assert.That(await Read(opened), Is.EqualTo(Film));
        Assert.That(opened.Length, Is.EqualTo(Film.Length));
    }

    [Test]
    public async Task What_nobody_here_can_decode_is_asked_for_again()
    {
        var answer = await Open(async context =>
        {
            context.Response.Headers.ContentEncoding = "zstd";
            await context.Response.Body.WriteAsync(new byte[] { 0x28, 0xB5, 0x2F, 0xFD, 1, 2, 3 });
        });

        FailureShouldBe(answer, FailureBucket.ServerError, Disposition.Retry, "OutputEncoded");
    }

    [TestCase("gzip")]
    [TestCase("deflate")]
    [TestCase("br")]
    public async Task Encoded_content_that_breaks_off_fails_as_a_read_does(string encoding)
    {
        var isOpen = new TaskCompletionSource();
        await using var opened = await Opened(async context =>
        {
            var body = Encode(Film, encoding);
            context.Response.Headers.ContentEncoding = encoding;
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(body.AsMemory(0, body.Length - 100));
            await context.Response.Body.FlushAsync();
            await isOpen.Task;
            context.Abort();
        });
        isOpen.SetResult();

        await Assert.ThatAsync(() => Read(opened), Throws.InstanceOf<IOException>());
    }

    [Test]
    public async Task Content_that_is_not_encoded_as_its_server_says_fails_as_a_read_does()
    {
        await using var opened = await Opened(context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            return context.Response.Body.WriteAsync(new byte[2000]).AsTask();
        });

        await Assert.ThatAsync(() => Read(opened), Throws.InstanceOf<IOException>());
    }

    [Test]
    public async Task A_drip_is_not_watched_for_ever()
    {
        _settings["Http:DownloadIdleTimeout"] = "00:00:00.3";
        _settings["Http:DownloadLeastRate"] = "1000";
        await using var opened = await Opened(context => Drip(context, TimeSpan.FromMilliseconds(20)));

        await Assert.ThatAsync(() => Read(opened), Throws.InstanceOf<OutputTooSlowException>().With.Message.Contain("DownloadLeastRate"));
    }

    [Test]
    public async Task All_of_it_must_come_in_time()
    {
        _settings["Http:DownloadLeastRate"] = "0";
        _settings["Http:DownloadTimeout"] = "00:00:00.3";
        await using var opened = await Opened(context => Drip(context, TimeSpan.FromMilliseconds(20)));

        await Assert.ThatAsync(() => Read(opened), Throws.InstanceOf<OutputTooSlowException>().With.Message.Contain("DownloadTimeout"));
    }

    [Test]
    public async Task What_its_reader_takes_its_time_for_is_not_slow()
    {
        _settings["Http:DownloadIdleTimeout"] = "00:00:00.05";
        await using var opened = await Opened(context => context.Response.Body.WriteAsync(Film).AsTask());
        var chunk = new byte[8192];
        var read = 0;
        while (read < Film.Length && await opened.Content.ReadAsync(chunk) is > 0 and var count)
        {
            read += count;
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }

        Assert.That(read, Is.EqualTo(Film.Length));
    }

    [TestCase("bytes 0-199/200", true)]
    [TestCase("bytes 0-99/200", false)]
    [TestCase("bytes 100-199/200", false)]
    [TestCase("bytes 0-99/*", false)]
    public async Task A_part_will_do_where_it_is_the_whole(string range, bool isWhole)
    {
        var answer = await Open(context =>
        {
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = range;
            return context.Response.Body.WriteAsync(Film.AsMemory(0, 200)).AsTask();
        });

        Assert.That(answer is OutputAnswer.Opened, Is.EqualTo(isWhole));
        if (answer is OutputAnswer.Opened opened)
        {
            await opened.DisposeAsync();
        }
        else
        {
            FailureShouldBe(answer, FailureBucket.ServerError, Disposition.Retry, "Http206");
        }
    }

    [TestCase(202)]
    [TestCase(204)]
    [TestCase(409)]
    public async Task An_answer_without_it_is_asked_again(int status) =>
        FailureShouldBe(await Open(context => Answered(context, status)), FailureBucket.ServerError, Disposition.Retry, $"Http{status}");

    [Test]
    public async Task A_key_that_it_wants_is_named_as_what_is_missing_and_is_not_sent_unasked()
    {
        var answer = await Open(context => Answered(context, 401));

        FailureShouldBe(answer, FailureBucket.Auth, Disposition.Block, "OutputWantsKey");
        Assert.That(((OutputAnswer.KeyWanted)answer).Failure.Fix, Does.Contain("Accounts:main:OutputKeyHosts"));
        Assert.That(_authorizations, Is.EqualTo([""]));
    }

    [Test]
    public async Task The_key_goes_where_the_account_says_so_and_not_along_to_another_server()
    {
        await using var elsewhere = await Kestrel.StartAsync(context =>
        {
            _authorizations.Add(context.Request.Headers.Authorization.ToString());
            return context.Response.Body.WriteAsync(Film).AsTask();
        });
        _settings["Accounts:main:OutputKeyHosts:0"] = "127.0.0.1";

        // From here to here, then to another port of a host that is listed whole.
        await using var opened = await Opened(context => Redirected(context, context.Request.Path == "/out.mp4" ? "/there.mp4" : new Uri(elsewhere.Address, "/film.mp4").ToString()));

        Assert.That(_authorizations, Is.EqualTo(["Bearer key-of-main", "Bearer key-of-main", ""]));
        Assert.That(await Read(opened), Is.EqualTo(Film));
    }

    [Test]
    public async Task The_key_goes_to_no_other_host()
    {
        _settings["Accounts:main:OutputKeyHosts:0"] = "127.0.0.1:1";
        _settings["Accounts:main:OutputKeyHosts:1"] = "outputs.example.com";

        await Open(context => Answered(context, 401));

        Assert.That(_authorizations, Is.EqualTo([""]));
    }

    [Test]
    public async Task A_key_that_is_not_the_right_one_may_be_in_a_while()
    {
        _settings["Accounts:main:OutputKeyHosts:0"] = "127.0.0.1";

        FailureShouldBe(await Open(context => Answered(context, 401)), FailureBucket.Auth, Disposition.Retry, "OutputWantsKey");
    }

    /// <summary>Each of these comes from any tenant's server, or from the provider's.</summary>
    [TestCase("//")]
    [TestCase("///")]
    [TestCase("//:80/")]
    [TestCase("http://")]
    [TestCase("https://")]
    [TestCase("https:///a")]
    [TestCase("http:")]
    [TestCase("https://a b/")]
    [TestCase("https://[::1/")]
    [TestCase("https://host:99999/")]
    [TestCase("https://host:-1/")]
    [TestCase("https://xn--/")]
    [TestCase("https://xn--a-ecp.ru/")]
    [TestCase("https://%00/")]
    [TestCase("https://./")]
    [TestCase("https://../")]
    [TestCase("https://a..b/")]
    [TestCase("https://@/")]
    [TestCase("javascript:alert(1)")]
    [TestCase("data:video/mp4;base64,AAAA")]
    [TestCase("mailto:a@b")]
    [TestCase("urn:uuid:00000000-0000-0000-0000-000000000000")]
    [TestCase("file:///etc/passwd")]
    [TestCase("\\\\host\\share")]
    [TestCase("C:\\a")]
    [TestCase("/%")]
    [TestCase("?")]
    [TestCase("#")]
    [TestCase("https://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.com/")]
    public async Task No_redirect_throws(string location)
    {
        foreach (var path in new[] { "/out.mp4", "/probe" })
        {
            await Stop();
            _server = await Kestrel.StartAsync(context =>
            {
                context.Response.StatusCode = 302;
                context.Response.Headers.Location = location;
                return Task.CompletedTask;
            });
            _host = new ProviderHost(settings: _settings);
            var address = new Uri(_server.Address, path);

            var answer = await _host.Get<IOutputSource>().OpenAsync(ProviderHost.Account, address, CancellationToken.None);
            var facts = await _host.Get<IReferenceProbe>().ProbeAsync(address, CancellationToken.None);

            Assert.That(answer, Is.InstanceOf<OutputAnswer.Unavailable>());
            Assert.That(facts.Reachable, Is.False);
        }
    }

    [Test]
    public async Task No_address_throws()
    {
        _host = new ProviderHost(settings: new Dictionary<string, string?> { ["Http:Retries"] = "0" });
        string[] addresses = ["//", "a", "https://a..b/", "https://xn--/", "https://xn--a-ecp.ru/", $"https://{string.Join('.', Enumerable.Repeat(new string('a', 60), 8))}/", "https://[fe80::1%25eth0]/", "mailto:a@b"];
        foreach (var address in addresses.Select(text => Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out var uri) ? uri : null).OfType<Uri>())
        {
            Assert.That(await _host.Get<IOutputSource>().OpenAsync(ProviderHost.Account, address, CancellationToken.None), Is.InstanceOf<OutputAnswer.Unavailable>());
            Assert.That((await _host.Get<IReferenceProbe>().ProbeAsync(address, CancellationToken.None)).Reachable, Is.False);
        }
    }

    private async Task<OutputAnswer> Open(RequestDelegate answer)
    {
        _server = await Kestrel.StartAsync(context =>
        {
            _authorizations.Add(context.Request.Headers.Authorization.ToString());
            return answer(context);
        });
        _host = new ProviderHost(settings: _settings);
        return await _host.Get<IOutputSource>().OpenAsync(ProviderHost.Account, new(_server.Address, "/out.mp4"), CancellationToken.None);
    }

    private async Task<OutputAnswer.Opened> Opened(RequestDelegate answer) =>
        await Open(answer) is var answered && answered is OutputAnswer.Opened opened ? opened : throw new AssertionException($"It was not opened: {answered}");

    private static async Task<byte[]> Read(OutputAnswer.Opened opened)
    {
        using var copy = new MemoryStream();
        await opened.Content.CopyToAsync(copy);
        return copy.ToArray();
    }

    private static void FailureShouldBe(OutputAnswer answer, FailureBucket bucket, Disposition disposition, string code)
    {
        var failure = (answer as OutputAnswer.Unavailable)?.Failure ?? (answer as OutputAnswer.KeyWanted)?.Failure;
        Assert.That((failure?.Bucket, failure?.Disposition, failure?.Code), Is.EqualTo(((FailureBucket?)bucket, (Disposition?)disposition, code)));
    }

    private static Task Answered(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static Task Redirected(HttpContext context, string target)
    {
        context.Response.Redirect(target);
        return Task.CompletedTask;
    }

    private static async Task Drip(HttpContext context, TimeSpan every)
    {
        context.Response.ContentLength = Film.Length;
        foreach (var one in Film)
        {
            await context.Response.Body.WriteAsync(new[] { one }, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(every, TimeProvider.System, context.RequestAborted);
        }
    }

    private static byte[] Encode(byte[] content, string encoding)
    {
        foreach (var one in encoding.Split(", "))
        {
            using var body = new MemoryStream();
            using (Stream encoder = one switch
            {
                "deflate" => new ZLibStream(body, CompressionLevel.Fastest),
                "raw deflate" => new DeflateStream(body, CompressionLevel.Fastest),
                "br" => new BrotliStream(body, CompressionLevel.Fastest),
                "identity" => body,
                _ => new GZipStream(body, CompressionLevel.Fastest),
            })
            {
                encoder.Write(content);
                if (one == "identity")
                {
                    return Encode(content, "gzip");
                }
            }

            content = body.ToArray();
        }

        return content;
    }
}
