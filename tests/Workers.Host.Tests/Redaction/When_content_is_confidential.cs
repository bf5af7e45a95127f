using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MongoDB.Bson;
using MongoDB.Driver;
using Spectre.Console;
using Workers.Contracts;
using Workers.Host.Tests.Logs;
using Workers.Jobs.Lifecycle;
using Workers.RabbitMq;
using Workers.RabbitMq.Topology;
using Workers.Simulator;

namespace Workers.Host.Tests.Redaction;

/// <summary>Strings that occur nowhere else, in all that is a user's or a secret; four processes that say as much as they can; every fault there is. None may come out.</summary>
[Category("Integration")]
internal sealed class When_content_is_confidential
{
    private const string Canary = "canary7f3a";
    private const string Key = $"key-{Canary}";

    /// <summary>Labels of a user's own, which whoever may read the records is shown with the job that has them, and nobody else.</summary>
    private const string Label = "label9c1e";

    /// <summary>What makes an output's address one that lets in whoever has it, and what its body begins with.</summary>
    private static readonly string[] Canaries = [Canary, Label, "X-Tos-Signature", "ftypisom"];

    /// <summary>Queues and routing keys of all that may carry what a user sent, with those that keep what failed there.</summary>
    private static readonly string[] Submissions =
    [
        "workers-submit-job", "workers-submit-job_error", "workers-intake-submit-job", "workers-intake-submit-job_error", "workers-intake-resume-job", "workers-intake-resume-job_error",
    ];

    /// <summary>Exchanges that lead nowhere else.</summary>
    private static readonly string[] Entries = ["tap:workers-intake", "tap:Workers.Contracts:SubmitJob", "tap:Workers.Contracts:ResumeJob", .. Submissions.Select(queue => $"tap:{queue}")];

    private static readonly string[] Faults =
    [
        "", "[simulate create once drop-response]", "[simulate create once drop-request]", "[simulate create once answer 500]", "[simulate create once retry-after 1]", "[simulate create once wrong-shape]",
        "[simulate create once not-json]", "[simulate create answer 400 InputTextSensitiveContentDetected]", "[simulate create answer 400 InvalidParameter]", "[simulate create once delay 6s after]",
        "[simulate task moderate]", "[simulate task fail InternalServiceError]", "[simulate task unknown-status odd 2]", "[simulate task missing-usage]", "[simulate task missing-output]",
        "[simulate task failure-reason] [simulate task moderate]", "[simulate task hide 1s]", "[simulate download once truncate]", "[simulate download once answer 500]", "[simulate download answer 500]",
        "[simulate get once drop-response]", "[simulate get once not-json]",
    ];

    /// <summary>Jobs of these are under way until the end.</summary>
    private static readonly string[] Endless = ["[simulate task stuck]", "[simulate task stay-queued]"];

    /// <summary>No one prompt can ask for these: a list call is about many jobs.</summary>
    private static readonly FaultScript Lists = FaultScript.Parse(
        """
        {"rules": [
          {"operation": "list", "fault": "drop-response", "probability": 0.1}, {"operation": "list", "fault": "not-json", "probability": 0.1},
          {"operation": "list", "fault": "wrong-shape", "probability": 0.1}, {"operation": "list", "fault": "answer 500", "probability": 0.1}
        ]}
        """);

    [Test]
    public async Task It_is_in_no_log_no_span_no_message_no_record_and_no_answer_to_an_operator()
    {
        await using var logs = await LogServer.StartAsync();
        await using var telemetry = await TelemetryServer.StartAsync();
        await using var fleet = await LoggedFleet.StartAsync(logs, Talkative(telemetry), Key, Lists);
        using var topology = Topology(fleet);
        await using var tap = await Wiretap.StartAsync(fleet.Broker, topology.GetRequiredService<FleetTopology>());

        List<SubmitJob> submissions = [.. Faults.Select((fault, number) => Submission(fleet, fault, FormattableString.Invariant($"fault-{number}")))];
        submissions.Add(Submission(fleet, "", "bad-value", ("ratio", $"{Canary}:9")));
        submissions.Add(Submission(fleet, "", "bad-name", (Canary, Canary)));
        List<SubmitJob> endless = [.. Endless.Select((fault, number) => Submission(fleet, fault, FormattableString.Invariant($"endless-{number}")))];
        await fleet.PublishAsync([.. submissions, .. endless, Submission(fleet, "", $"no key {Canary}") with { Tags = [$"no tag {Canary}"] }]);
        await SendRawAsync(fleet);
        await fleet.EndedAsync(submissions.Count);

        var blocked = JobIdentity.JobId(submissions.Single(one => one.IdempotencyKey == "bad-value"));
        var said = new List<string> { await OperateAsync(fleet, "resume", $"{blocked}", "--input", await CorrectedAsync(fleet, submissions[0].Input!), "--actor", "ada", "--broker", fleet.Broker.Url, "--store", fleet.Database.Url) };
        await fleet.EndedAsync(submissions.Count);
        said.AddRange(await LookAsync(fleet, [.. submissions, .. endless]));
        await fleet.EndAsync();
        var messages = await tap.TakeAsync();

        Assert.Multiple(async () =>
        {
            Assert.That(logs.Events, Has.Count.GreaterThan(1_000), "the log was recorded");
            Assert.That(telemetry.Of("traces"), Is.Not.Empty);
            Assert.That(telemetry.Of("metrics"), Is.Not.Empty);
            Assert.That(messages, Has.Count.GreaterThan(200));
            Assert.That(messages.Where(message => message.Body.Contains(Canary, StringComparison.Ordinal)), Is.Not.Empty, "submissions carry it, or nothing was tried");

            Quiet("log", logs.Events.Select(line => line.GetRawText()));
            Quiet("output", fleet.Processes.Select(process => process.Output));
            Quiet("spans", telemetry.Of("traces"));
            Quiet("metrics", telemetry.Of("metrics"));
            Quiet("headers", messages.Select(message => $"{message.At} {message.Properties}"));
            Quiet("bodies", messages.Where(message => !MayCarry(message)).Select(message => message.ToString()));
            Quiet("commands", said.Select(text => text.Replace(Label, "", StringComparison.Ordinal)));
            Quiet("records", await RecordsAsync(fleet));
            Assert.That(fleet.Simulator.Ledger.Tasks.Select(task => task.SafetyIdentifier), Is.All.Not.Null.And.All.Not.Contains(Canary), "the user is a hash");
        });
    }

    private static void Quiet(string where, IEnumerable<string> texts) => Assert.That(texts.SelectMany(Hits).Take(3), Is.Empty, where);

    /// <summary>Each canary of a text, with what stands around it.</summary>
    private static IEnumerable<string> Hits(string text) =>
        from canary in Canaries
        let at = text.IndexOf(canary, StringComparison.OrdinalIgnoreCase)
        where at >= 0
        select text[Math.Max(0, at - 200)..Math.Min(text.Length, at + 60)];

    /// <summary>One that failed passes the exchanges of delays, of dead letters and of their records under the name of its queue; its copy for the record says that it is kept.</summary>
    private static bool MayCarry(Tapped message) =>
        Submissions.Contains(message.At) || Entries.Contains(message.At) || Submissions.Any(queue => message.RoutingKey == queue || message.RoutingKey == $"{queue}.kept");

    /// <summary>All levels, whatever the program's own settings turn down.</summary>
    private static Dictionary<string, string?> Talkative(TelemetryServer telemetry) => new()
    {
        ["Serilog:MinimumLevel:Default"] = "Verbose",
        ["Serilog:MinimumLevel:Override:MassTransit"] = "Verbose",
        ["Serilog:MinimumLevel:Override:Microsoft.AspNetCore"] = "Verbose",
        ["Serilog:MinimumLevel:Override:Polly"] = "Verbose",
        ["Serilog:MinimumLevel:Override:System.Net.Http"] = "Verbose",
        ["Serilog:MinimumLevel:Override:MongoDB"] = "Verbose",
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = telemetry.Address,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "500",
    };

    private static ServiceProvider Topology(LoggedFleet fleet)
    {
        var settings = LoggedFleet.Rungs.Select((wait, rung) => ($"RabbitMq:DelayRungs:{rung}", wait)).ToDictionary(one => one.Item1, string? (one) => one.wait);
        settings["RabbitMq:Url"] = fleet.Broker.Url;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        return new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration).AddRabbitMq().BuildServiceProvider();
    }

    private static SubmitJob Submission(LoggedFleet fleet, string fault, string key, params (string Name, object Value)[] parameters) => new()
    {
        TenantId = "acme",
        UserId = $"user-{Canary}",
        IdempotencyKey = key,
        Provider = "seedance",
        Tags = [Label],
        Input = new JobInput
        {
            Model = "dreamina-seedance-2-0-260128",
            Prompt = $"a lighthouse {Canary} {fault}",
            References = [new Reference { Uri = $"{fleet.Simulator.BaseAddress.GetLeftPart(UriPartial.Authority)}/samples/first.png?signature={Canary}", Kind = "image", Role = "first_frame" }],
            Parameters = parameters.ToDictionary(one => one.Name, one => JsonSerializer.SerializeToElement(one.Value)),
        },
    };

    /// <summary>Bodies that nobody can read: an envelope whose deadline is none, raw JSON with a member that there is not, and no JSON.</summary>
    private static async Task SendRawAsync(LoggedFleet fleet)
    {
        await using var connection = await fleet.Broker.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        await SendAsync("workers-submit-job", "", $$$"""{"messageType":["urn:message:Workers.Contracts:SubmitJob"],"message":{"tenantId":"acme","deadline":"{{{Canary}}}","input":{"prompt":"{{{Canary}}}"} } }""", "application/vnd.masstransit+json");
        await SendAsync("workers-submit-job", "", $$"""{"messageType":["urn:message:Workers.Contracts:SubmitJob"],"message":{"tenantId":{{Canary}}""", "application/vnd.masstransit+json");
        await SendAsync("workers-intake", "submit-job", $$$"""{"tenantId":"acme","{{{Canary}}}, I said":1,"input":{"parameters":{"{{{Canary}}}":1,"{{{Canary}}}":2} } }""", "application/json");
        await SendAsync("workers-intake", "resume-job", $"{Canary} is no JSON", "application/json");

        async Task SendAsync(string exchange, string key, string body, string contentType) => await channel.BasicPublishAsync(
            exchange, key, mandatory: true, new RabbitMQ.Client.BasicProperties { ContentType = contentType, MessageId = Guid.NewGuid().ToString() }, System.Text.Encoding.UTF8.GetBytes(body));
    }

    private static async Task<string> CorrectedAsync(LoggedFleet fleet, JobInput input)
    {
        var file = Path.Combine(fleet.Folder, "corrected.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(input, ContractsJson.Default.JobInput));
        return file;
    }

    /// <summary>All that an operator can look at.</summary>
    private static async Task<IReadOnlyList<string>> LookAsync(LoggedFleet fleet, IEnumerable<SubmitJob> submissions)
    {
        string[] store = ["--store", fleet.Database.Url];
        string[] broker = ["--broker", fleet.Broker.Url];
        string[] json = ["--output", "json"];
        List<string> said = [];
        foreach (var job in submissions.Select(submission => JobIdentity.JobId(submission).ToString()).Where((_, number) => number % 4 == 0 || number > 21))
        {
            said.Add(await OperateAsync(fleet, ["jobs", "show", job, .. store]));
            said.Add(await OperateAsync(fleet, ["jobs", "show", job, .. store, .. json]));
        }

        string[][] lists = [["jobs", "list", .. store], ["failures", .. store], ["costs", .. store], ["alerts", .. store], ["dead-letters", "list", .. broker]];
        foreach (var command in lists)
        {
            said.Add(await OperateAsync(fleet, command));
            said.Add(await OperateAsync(fleet, [.. command, .. json]));
        }

        using var letters = JsonDocument.Parse(said[^1]);
        var ids = letters.RootElement.GetProperty("letters").EnumerateArray().Select(letter => letter.GetProperty("id").GetString()!).Distinct().ToList();
        Assert.That(ids, Has.Count.GreaterThanOrEqualTo(4), said[^1]);
        foreach (var id in ids)
        {
            said.Add(await OperateAsync(fleet, ["dead-letters", "show", id, .. broker]));
            said.Add(await OperateAsync(fleet, ["dead-letters", "show", id, .. broker, .. json]));
        }

        return said;
    }

    /// <summary>Of <c>workers alerts</c> while something fires, which is likely here.</summary>
    private const int FiringExitCode = 2;

    private static async Task<string> OperateAsync(LoggedFleet fleet, params string[] command)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var code = await Cli.Cli.RunAsync(command, Console(output), Console(error), CancellationToken.None);
        Assert.That(code, Is.Zero.Or.EqualTo(command[0] is "alerts" ? FiringExitCode : 0), $"{string.Join(' ', command)}\n{output}{error}");
        return $"{output}{error}";
    }

    private static IAnsiConsole Console(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(writer) });
        console.Profile.Width = 1000;
        return console;
    }

    /// <summary>Every document of every collection, but the jobs' own: with their attempts, which must know where their outputs lie.</summary>
    private static async Task<IReadOnlyList<string>> RecordsAsync(LoggedFleet fleet)
    {
        var database = fleet.Database.Store.Database;
        List<string> records = [];
        foreach (var name in (await (await database.ListCollectionNamesAsync()).ToListAsync()).Where(name => name is not ("jobs" or "attempts")))
        {
            var documents = await database.GetCollection<BsonDocument>(name).Find(FilterDefinition<BsonDocument>.Empty).ToListAsync();
            records.AddRange(documents.Select(document => string.Create(CultureInfo.InvariantCulture, $"{name} {document}")));
        }

        return records;
    }
}
