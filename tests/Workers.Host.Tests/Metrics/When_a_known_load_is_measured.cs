using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Workers.Host.Telemetry;
using Workers.Jobs.Telemetry;
using Workers.Providers.Http;
using Workers.Testing;

namespace Workers.Host.Tests.Metrics;

/// <summary>What the dashboard says of calls, jobs and states, where it is known how long they took.</summary>
internal sealed class When_a_known_load_is_measured
{
    // Each with 100 values of 0.01 to 1 times the longest, in order: the median is half of it, and the P95 95 hundredths.
    private static readonly (string Histogram, string Label, double Longest)[] Loads =
    [
        ("workers_provider_call_duration_seconds", "operation", 0.4),
        ("workers_provider_call_duration_seconds", "operation", 28),
        ("workers_job_state_duration_seconds", "state", 0.2),
        ("workers_job_state_duration_seconds", "state", 150),
        ("workers_job_state_duration_seconds", "state", 5000),
        ("workers_job_duration_seconds", "state", 120),
        ("workers_job_duration_seconds", "state", 3000),
    ];

    private static readonly Lazy<Task<string>> Page = new(MeasureAsync);

    [Test]
    public async Task The_dashboards_quantiles_are_those_of_the_load()
    {
        var page = await Page.Value;
        var expressions = ObservabilityFilesTests.Panels().SelectMany(panel => panel.Expressions).Where(Quantiles.IsOne).ToList();

        Assert.That(expressions.Select(Quantiles.Histogram).Distinct(), Is.EquivalentTo(Loads.Select(load => load.Histogram).Distinct()), "Each has a load.");
        foreach (var expression in expressions)
        {
            var share = expression.Contains("(0.5,", StringComparison.Ordinal) ? 0.5 : 0.95;
            foreach (var load in Loads.Where(load => load.Histogram == Quantiles.Histogram(expression)))
            {
                var told = Quantiles.Of(expression, page, (load.Label, Name(load)));
                Assert.That(told, Is.EqualTo(load.Longest * share).Within(20).Percent, $"{expression} of {load}");
            }
        }
    }

    /// <summary>The runtime's and the HTTP client's too: whatever is in seconds reaches below a second and has more than the bounds of milliseconds.</summary>
    [Test]
    public async Task No_histogram_of_seconds_has_the_bounds_of_milliseconds()
    {
        double[] milliseconds = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000, double.PositiveInfinity];
        var page = await Page.Value;
        var names = page.Split('\n')
            .Where(line => line.Contains("_seconds_bucket{", StringComparison.Ordinal))
            .Select(line => line[..line.IndexOf("_bucket{", StringComparison.Ordinal)])
            .Distinct()
            .ToList();

        Assert.That(names, Has.Member("http_client_request_duration_seconds").And.Member("workers_job_duration_seconds"));
        Assert.That(names.Where(name => Quantiles.Bounds(page, name).Order().SequenceEqual(milliseconds)), Is.Empty);
    }

    private static string Name((string Histogram, string Label, double Longest) load) => FormattableString.Invariant($"load-{load.Longest}");

    private static async Task<string> MeasureAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddFleetTelemetry(builder.Configuration);
        await using var app = builder.Build();
        app.MapPrometheusScrapingEndpoint();
        await app.StartAsync();

        foreach (var load in Loads)
        {
            for (var i = 1; i <= 100; i++)
            {
                await MeasureAsync(load.Histogram, Name(load), TimeSpan.FromSeconds(load.Longest * i / 100));
            }
        }

        // The first page is asked for by a client of this process, so that the second has what was measured of it.
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        var text = "";
        await Eventually.HoldsAsync(
            async () =>
            {
                text = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
                return text.Contains("http_client_request_duration_seconds_bucket", StringComparison.Ordinal);
            },
            () => "The calls of this process should be told.");
        return text;
    }

    private static Task MeasureAsync(string histogram, string name, TimeSpan took)
    {
        switch (histogram)
        {
            case "workers_provider_call_duration_seconds":
                return CallAsync(name, took);
            case "workers_job_state_duration_seconds":
                FleetMetrics.Left(name, took);
                break;
            case "workers_job_duration_seconds":
                var job = Filled.Job();
                job.State = name;
                job.ChangedAt = job.SubmittedAt + took;
                FleetMetrics.Ended(job);
                break;
            default:
                throw new ArgumentException($"Nothing is known to measure {histogram}.");
        }

        return Task.CompletedTask;
    }

    private static async Task CallAsync(string operation, TimeSpan took)
    {
        var time = new FakeTimeProvider();
        using var provider = new Slow(time, took);
        using var log = new CallLog(time, NullLogger<CallLog>.Instance) { InnerHandler = provider };
        using var calls = new HttpMessageInvoker(log, disposeHandler: false);
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://provider.example/");
        request.Options.Set(HttpClients.Operation, operation);
        using var answer = await calls.SendAsync(request, default);
    }

    private sealed class Slow(FakeTimeProvider time, TimeSpan took) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            time.Advance(took);
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
        }
    }
}
