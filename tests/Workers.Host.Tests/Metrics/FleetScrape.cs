using System.Diagnostics.Metrics;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Workers.Contracts;
using Workers.Host.Telemetry;
using Workers.Jobs;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Submission;
using Workers.Jobs.Telemetry;
using Workers.Providers.Accounts;
using Workers.Providers.Http;
using Workers.Simulator;
using Workers.Testing;

namespace Workers.Host.Tests.Metrics;

/// <summary>Every instrument of the fleet, each with a value, as a process shows them on <c>/metrics</c>.</summary>
/// <remarks>What counts is called by reflection, so that an instrument that is added is in here by itself.</remarks>
internal sealed partial class FleetScrape
{
    private static readonly Lazy<Task<FleetScrape>> Once = new(TakeAsync);

    private FleetScrape(string text, IReadOnlyList<FleetInstrument> instruments)
    {
        Text = text;
        Instruments = instruments;
        Samples = SampleLine().Matches(text).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        Labels = LabelName().Matches(text).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>What a scraper gets.</summary>
    public string Text { get; }

    /// <summary>The names of all samples, as rules and panels must write them.</summary>
    public IReadOnlySet<string> Samples { get; }

    /// <summary>The labels of all samples.</summary>
    public IReadOnlySet<string> Labels { get; }

    public IReadOnlyList<FleetInstrument> Instruments { get; }

    /// <summary>The job and the attempt that were counted: nothing of them that has many values may be found in a label.</summary>
    public static (Job Job, Attempt Attempt) Counted { get; } = (Filled.Job(), Filled.Attempt());

    public static Task<FleetScrape> OfAsync() => Once.Value;

    private static async Task<FleetScrape> TakeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddFleetTelemetry(builder.Configuration);
        builder.Services.AddInMemoryStores().AddSingleton<TimeProvider>(new ScaledTime(100)).AddHostedService<FleetGauges>();
        builder.Services.Configure<AccountsOptions>(options => options.Named["main"] = new AccountOptions());
        await using var app = builder.Build();
        app.MapPrometheusScrapingEndpoint();
        using var listener = new Listening();
        await app.StartAsync();
        await CountAsync();

        // The gauges have nothing to tell before their first look.
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        var text = "";
        await Eventually.HoldsAsync(
            async () =>
            {
                text = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
                listener.Observe();
                return text.Contains("workers_account_", StringComparison.Ordinal);
            },
            () => "The gauges of accounts should be told.");
        return new FleetScrape(text, listener.Instruments);
    }

    private static async Task CountAsync()
    {
        foreach (var count in typeof(FleetMetrics).GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).Where(method => !method.Name.Contains('<', StringComparison.Ordinal)))
        {
            count.Invoke(null, [.. count.GetParameters().Select(parameter => Value(parameter.ParameterType))]);
        }

        using var provider = new Answering();
        using var log = new CallLog(TimeProvider.System, NullLogger<CallLog>.Instance) { InnerHandler = provider };
        using var calls = new HttpMessageInvoker(log, disposeHandler: false);
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://provider.example/secret?task=1");
        using var answer = await calls.SendAsync(request, default);
    }

    private static object Value(Type type) => type switch
    {
        _ when type == typeof(string) => "word",
        _ when type == typeof(int) => 1,
        _ when type == typeof(long) => 1L,
        _ when type == typeof(TimeSpan) => TimeSpan.FromSeconds(1),
        _ when type == typeof(FailureBucket) => FailureBucket.Quota,
        _ when type == typeof(Job) => Counted.Job,
        _ when type == typeof(Attempt) => Counted.Attempt,
        _ => throw new ArgumentException($"What is a {type} that is counted?"),
    };

    [GeneratedRegex(@"^([a-z_][a-z0-9_]*)(?:\{| )", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex SampleLine();

    [GeneratedRegex(@"[{,]([a-z_][a-z0-9_]*)=""", RegexOptions.IgnoreCase)]
    private static partial Regex LabelName();

    /// <summary>A provider that answers.</summary>
    private sealed class Answering : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(new HttpResponseMessage());
    }

    /// <summary>Notes each of our instruments, and the labels that it is used with.</summary>
    private sealed class Listening : IDisposable
    {
        private readonly Lock _lock = new();
        private readonly MeterListener _listener = new();
        private readonly Dictionary<string, FleetInstrument> _instruments = new(StringComparer.Ordinal);

        public Listening()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == FleetMetrics.MeterName)
                {
                    lock (_lock)
                    {
                        _instruments.TryAdd(instrument.Name, new FleetInstrument(instrument.Name, instrument.Unit ?? "", instrument.Description ?? ""));
                    }

                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, _, labels, _) => Note(instrument, labels));
            _listener.SetMeasurementEventCallback<int>((instrument, _, labels, _) => Note(instrument, labels));
            _listener.SetMeasurementEventCallback<double>((instrument, _, labels, _) => Note(instrument, labels));
            _listener.Start();
        }

        public IReadOnlyList<FleetInstrument> Instruments
        {
            get
            {
                lock (_lock)
                {
                    return [.. _instruments.Values.OrderBy(instrument => instrument.Name, StringComparer.Ordinal)];
                }
            }
        }

        public void Observe() => _listener.RecordObservableInstruments();

        public void Dispose() => _listener.Dispose();

        private void Note(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> labels)
        {
            lock (_lock)
            {
                var noted = _instruments[instrument.Name];
                noted.IsUsed = true;
                foreach (var (name, value) in labels)
                {
                    noted.Labels.Add(name);
                    noted.Values.Add(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
                }
            }
        }
    }
}

/// <summary>One instrument, and what it was used with.</summary>
internal sealed record FleetInstrument(string Name, string Unit, string Description)
{
    public bool IsUsed { get; set; }

    public SortedSet<string> Labels { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Values { get; } = new(StringComparer.Ordinal);
}
