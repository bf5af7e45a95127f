using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Compact;
using Workers.Contracts;
using Workers.Host.Starting;
using Workers.Host.Telemetry;
using Workers.Jobs;
using Workers.MongoDb;
using Workers.Providers;
using Workers.Providers.Accounts;
using Workers.RabbitMq;

namespace Workers.Host.Tests.Redaction;

/// <summary>What a line may say, whoever writes it.</summary>
[SuppressMessage("Usage", "CA2254", Justification = "Templates that nobody should write are what is tried here.")]
[SuppressMessage("Performance", "CA1848", Justification = "Likewise.")]
[SuppressMessage("Performance", "CA1873", Justification = "Likewise.")]
internal sealed class LogRedactionTests : IDisposable
{
    private const string Canary = "canary7f3a";

    /// <summary>Addresses of ours tell no credentials; a list of texts is a job's tags, which have the form of names.</summary>
    private static readonly Type[] Plain =
    [
        typeof(Guid), typeof(string), typeof(int), typeof(long), typeof(double), typeof(decimal), typeof(bool), typeof(TimeSpan), typeof(DateTimeOffset), typeof(Exception), typeof(LogLevel),
        typeof(Microsoft.Extensions.Logging.ILogger), typeof(IReadOnlyList<string>), typeof(RabbitMq.Connections.BrokerAddress), typeof(MongoDb.Connections.StoreAddress),
    ];

    private readonly StringWriter _lines = new();
    private readonly ServiceProvider _services;

    public LogRedactionTests()
    {
        var services = new ServiceCollection().AddSerilog((_, log) => log.MinimumLevel.Verbose().Redact().WriteTo.Sink(new Lines(_lines)), preserveStaticLogger: true);
        ToldExceptions.Use(services);
        _services = services.BuildServiceProvider();
    }

    private string Written => _lines.ToString();

    public static IEnumerable<TestCaseData> Contents()
    {
        var input = new JobInput { Model = "model", Prompt = Canary, References = [new Reference { Uri = $"https://a/{Canary}" }], Parameters = new Dictionary<string, JsonElement> { [Canary] = Json } };
        yield return Case(input);
        yield return Case(input.References);
        yield return Case(input.Parameters);
        yield return Case(Json);
        yield return Case(new SubmitJob { TenantId = "acme", UserId = Canary, Input = input });
        yield return Case(new ResumeJob { JobId = Guid.Empty, TenantId = "acme", RequestedBy = Canary, Input = input });
        yield return Case(new CancelJob { JobId = Guid.Empty, TenantId = "acme", RequestedBy = "ada", Reason = Canary });
        yield return Case(new Jobs.Lifecycle.Job { Input = input });
        yield return Case(new TaskOutput("video", new Uri($"https://a/{Canary}")));
        yield return Case(new Secret(Canary));
        yield return Case(new AccountOptions { ApiKey = new Secret(Canary) });
        yield return Case(new { Text = Canary });
        yield return Case(new MongoDB.Bson.BsonDocument("prompt", Canary));

        static TestCaseData Case(object content) => new TestCaseData(content).SetArgDisplayNames(content.GetType().Name);
    }

    private static JsonElement Json => JsonSerializer.SerializeToElement(new Dictionary<string, string> { [Canary] = Canary });

    [TestCaseSource(nameof(Contents))]
    public void What_is_to_be_taken_apart_is_told_by_type_and_outline(object content)
    {
        Log().LogInformation("{@Content}", content);

        Assert.That(Written, Does.Contain("Content").And.Not.Contain(Canary));
    }

    [Test]
    public void An_address_on_the_web_is_told_by_its_server_alone()
    {
        Log().LogInformation("{Address} {Queue}", new Uri($"https://media.example.com/{Canary}?signature={Canary}"), new Uri("rabbitmq://broker/workers-submit-job"));

        Assert.That(Written, Does.Contain("https://media.example.com/").And.Contain("rabbitmq://broker/workers-submit-job").And.Not.Contain(Canary));
    }

    [Test]
    public void A_foreign_exception_keeps_its_type_and_its_place_and_loses_its_words()
    {
        try
        {
            _ = JsonSerializer.Deserialize<Dictionary<string, int>>($$"""{"{{Canary}}":"x"}""");
        }
        catch (JsonException fault)
        {
            Log().LogError(new InvalidOperationException(Canary, new AggregateException(fault)), "It failed");
        }

        Assert.That(Written, Does.Contain("JsonException").And.Contain(nameof(A_foreign_exception_keeps_its_type_and_its_place_and_loses_its_words)).And.Not.Contain(Canary));
    }

    [Test]
    public void An_exception_of_ours_keeps_its_words()
    {
        Log().LogError(new CannotStartException("The file is not there."), "It failed");

        Assert.That(Written, Does.Contain("The file is not there."));
    }

    [Test]
    public void Events_carry_ids_words_and_numbers_and_nothing_that_could_hold_content()
    {
        Assembly[] fleet = [typeof(FleetHost).Assembly, typeof(Roles).Assembly, typeof(MongoDbRegistration).Assembly, typeof(ProvidersRegistration).Assembly, typeof(RabbitMqRegistration).Assembly];
        var others = from assembly in fleet
                     from type in assembly.GetTypes()
                     from method in type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                     where method.GetCustomAttribute<LoggerMessageAttribute>() is not null
                     from parameter in method.GetParameters()
                     let plain = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType
                     where !plain.IsEnum && !Plain.Contains(plain)
                     select $"{type.Name}.{method.Name}: {parameter.ParameterType} {parameter.Name}";

        Assert.That(others, Is.Empty);
    }

    [Test]
    public void Content_that_is_no_JSON_has_an_outline_too() => Assert.That($"{new Reference { DurationSeconds = double.NaN }}", Is.EqualTo("Reference { no JSON }"));

    [Test]
    public void A_secret_is_serialised_as_its_outline() => Assert.That(JsonSerializer.Serialize(new { Key = new Secret(Canary) }), Does.Contain("Secret").And.Not.Contain(Canary));

    [Test]
    public void Content_is_serialised_whole_for_the_broker_and_the_store() =>
        Assert.That(JsonSerializer.Deserialize(JsonSerializer.Serialize(new JobInput { Prompt = Canary }, ContractsJson.Default.JobInput), ContractsJson.Default.JobInput)!.Prompt, Is.EqualTo(Canary));

    public void Dispose()
    {
        _services.Dispose();
        _lines.Dispose();
    }

    private Microsoft.Extensions.Logging.ILogger Log() => _services.GetRequiredService<ILoggerFactory>().CreateLogger("test");

    private sealed class Lines(TextWriter writer) : ILogEventSink
    {
        private readonly CompactJsonFormatter _formatter = new();

        public void Emit(LogEvent logEvent) => _formatter.Format(logEvent, writer);
    }
}
