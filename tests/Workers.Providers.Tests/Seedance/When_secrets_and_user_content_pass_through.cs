using System.Text.Json;
using Workers.Contracts;
using Workers.Providers.Http;
using Workers.Providers.Tests.Support;

namespace Workers.Providers.Tests.Seedance;

/// <summary>Strings that occur nowhere else are put wherever secrets and user content may be, also into what the other side says; none may come out.</summary>
internal sealed class When_secrets_and_user_content_pass_through
{
    private const string Canary = "canary";
    private const string Prompt = "canary-prompt";
    private const string Key = "canary-key";
    private const string User = "canary-user";
    private const string Address = "https://media.example.com/a?canary-signature";

    private readonly ScriptedArk _ark = new();
    private readonly ScriptedNetwork _network = new();
    private readonly List<string> _seen = [];

    private ProviderHost Host(HttpMessageHandler? ark, params (string Key, string Value)[] settings) => new(
        ark,
        settings: settings
            .Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))
            .Append(new("Accounts:main:ApiKey", Key))
            .Append(new("Http:Retries", "1"))
            .Append(new("Http:CallTimeout", "00:00:00.2"))
            .Append(new("Http:CreateTimeout", "00:00:00.2"))
            .ToDictionary(),
        with: _network.Register);

    private static readonly JobInput Input = Some.Input(prompt: Prompt, references: Some.Reference("image", "first_frame") with { Uri = Address });

    private static CreateTask Request => Some.Create(Input) with { UserHash = User };

    private void NothingShouldBeSeen(ProviderHost host, int lines)
    {
        Assert.That(host.Logs.Lines, Has.Count.AtLeast(lines), "The log was not looked at.");
        Assert.That(_seen, Is.Not.Empty);
        Assert.That(_seen.Concat(host.Logs.Lines), Has.None.Contains(Canary).IgnoreCase);
    }

    private async Task See(Func<Task<object?>> call)
    {
        try
        {
            _seen.Add($"{await call()}");
        }
        catch (ProviderUnavailableException fault)
        {
            _seen.Add($"{fault} {fault.Failure}");
        }
    }

    private async Task SeeEveryCall(ProviderHost host)
    {
        var seedance = host.Seedance;
        await See(async () => await seedance.CreateAsync(Request, CancellationToken.None));
        await See(async () => await seedance.GetAsync(ProviderHost.Account, "cgt-1", CancellationToken.None));
        await See(async () => await seedance.BrowseAsync(ProviderHost.Account, Some.Model, 1, CancellationToken.None));
        await See(async () => await seedance.CancelAsync(ProviderHost.Account, "cgt-1", CancellationToken.None));
        _seen.Add($"{Request} {Input}");
    }

    [TestCase(400, "InvalidParameter")]
    [TestCase(401, "AuthenticationError")]
    [TestCase(429, "QuotaExceeded")]
    [TestCase(500, "InternalServiceError")]
    [TestCase(418, "Unknown code canary-code")]
    public async Task An_error_that_quotes_them_is_not_repeated(int status, string code)
    {
        _ark.Refuses(status, code, "canary-message", "canary param");
        await using var host = Host(_ark);

        await SeeEveryCall(host);

        NothingShouldBeSeen(host, lines: 4);
    }

    [TestCase("""{"canary-field":canary-value""")]
    [TestCase("""{"id":"cgt-1","status":"odd canary","created_at":"canary"}""")]
    [TestCase("<html>canary</html>")]
    public async Task An_answer_of_another_shape_is_not_repeated(string body)
    {
        _ark.Answers(body);
        await using var host = Host(_ark);

        await SeeEveryCall(host);

        NothingShouldBeSeen(host, lines: 4);
    }

    [Test]
    public async Task A_connection_that_breaks_with_their_names_does_not_repeat_them()
    {
        _ark.Throws(new HttpRequestException(HttpRequestError.ConnectionError, "lost"));
        await using var host = Host(_ark);

        await SeeEveryCall(host);

        NothingShouldBeSeen(host, lines: 4);
    }

    [Test]
    public async Task A_server_that_is_silent_does_not_bring_them_out()
    {
        _ark.Does(() => new TaskCompletionSource<HttpResponseMessage>().Task);
        await using var host = Host(_ark);

        await SeeEveryCall(host);

        NothingShouldBeSeen(host, lines: 4);
    }

    [Test]
    public async Task A_finished_task_keeps_its_signed_addresses_to_itself()
    {
        _ark.Answers(Some.Task(changes: ("content", """{"video_url":"https://media.example.com/a?canary-signature"}""")));
        await using var host = Host(_ark);

        await See(async () => await host.Seedance.GetAsync(ProviderHost.Account, "cgt-1", CancellationToken.None));
        var task = await host.Seedance.GetAsync(ProviderHost.Account, "cgt-1", CancellationToken.None);
        _seen.Add($"{task!.Outputs[0]}");

        NothingShouldBeSeen(host, lines: 2);
    }

    [Test]
    public async Task References_and_outputs_keep_their_signatures_to_themselves()
    {
        await using var server = await Kestrel.StartAsync(async context =>
        {
            context.Response.StatusCode = 503;
            await context.Response.Body.WriteAsync("canary-body"u8.ToArray());
        });
        _network.Server = server.Address;
        _network.Name("media.example.com", "8.8.8.8");
        await using var host = Host(null, ("Outbound:AllowedHosts:0", "media.example.com:81"));

        foreach (var address in new[] { Address, "http://media.example.com:81/a?canary-signature", "https://canary:canary@media.example.com/", "https://10.0.0.1/canary" })
        {
            _seen.Add($"{await host.Get<IReferenceProbe>().ProbeAsync(new(address), CancellationToken.None)}");
            _seen.Add($"{await host.Get<IOutputSource>().OpenAsync(ProviderHost.Account, new(address), CancellationToken.None)}");
        }

        NothingShouldBeSeen(host, lines: 4);
    }

    [Test]
    public async Task Faults_tell_the_shape_of_what_they_found()
    {
        var parameters = Some.Parameters("""{"canary_name":1,"resolution":"canary","ratio":["canary"],"tools":"canary","duration":"canary"}""");
        var reference = new Reference
        {
            Kind = "canary",
            Role = "canary",
            Uri = "canary",
            ContentType = "canary",
            Checksum = "canary",
        };
        await using var host = Host(_ark);
        var input = new JobInput
        {
            Model = "canary",
            Prompt = new string('a', 10_001) + " --rs canary",
            Parameters = parameters,
            References = [reference, reference with { Kind = "image" }, reference with { Kind = "image", Uri = "data:canary" }],
        };

        _seen.AddRange(host.Seedance.Check(input, new() { Resolution = "canary", MediaTypes = ["canary"] }).Select(fault => JsonSerializer.Serialize(fault)));
        _seen.AddRange(host.Seedance.CheckReferences(input, [null, new() { Reachable = true, ContentType = "canary" }, null]).Select(fault => JsonSerializer.Serialize(fault)));

        Assert.That(_seen, Has.Count.AtLeast(12));
        Assert.That(_seen, Has.None.Contains(Canary).IgnoreCase);
    }

    [Test]
    public async Task A_key_that_cannot_be_sent_is_not_repeated_by_the_check_at_start()
    {
        await using var host = Host(_ark, ("Accounts:other:Provider", "seedance"), ("Accounts:other:ApiKey", "canary key"));

        var fault = Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(
            () => host.Get<Microsoft.Extensions.Options.IStartupValidator>().Validate())!;

        Assert.That(fault.Message, Does.Contain("Accounts:other:ApiKey").And.Not.Contain(Canary));
    }
}
