using System.Diagnostics;
using System.Reflection;
using MassTransit.Logging;
using MongoDB.Driver;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Workers.Jobs.Telemetry;

namespace Workers.Host.Telemetry;

/// <summary>Traces and metrics, by OpenTelemetry and its environment variables.</summary>
internal static class FleetTelemetry
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string TracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    private const string MetricsEndpoint = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";

    public static void AddFleetTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(
                configuration["OTEL_SERVICE_NAME"] ?? "workers",
                serviceVersion: typeof(FleetTelemetry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion,
                serviceInstanceId: $"{Environment.MachineName}/{Environment.ProcessId}"))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(FleetMetrics.MeterName, "System.Runtime", "System.Net.Http").AddPrometheusExporter();
                if (IsNamed(configuration, MetricsEndpoint))
                {
                    metrics.AddOtlpExporter();
                }
            });

        if (IsNamed(configuration, TracesEndpoint))
        {
            telemetry.WithTracing(traces => traces
                .AddSource(JobTrace.SourceName, DiagnosticHeaders.DefaultListenerName, MongoTelemetry.ActivitySourceName, "System.Net.Http")
                .AddProcessor(new SpanRedaction())
                .AddOtlpExporter());
        }
        else
        {
            services.AddHostedService<TraceIds>();
        }
    }

    private static bool IsNamed(IConfiguration configuration, string endpoint) =>
        !string.IsNullOrEmpty(configuration[endpoint]) || !string.IsNullOrEmpty(configuration[Endpoint]);

    /// <summary>Where no spans are sent anywhere, the log still names each job's trace: spans of our own are begun, and nothing is noted in them.</summary>
    private sealed class TraceIds : IHostedService, IDisposable
    {
        private readonly ActivityListener _listener = new()
        {
            ShouldListenTo = source => source.Name == JobTrace.SourceName,
            Sample = (ref _) => ActivitySamplingResult.PropagationData,
        };

        public Task StartAsync(CancellationToken cancellationToken)
        {
            ActivitySource.AddActivityListener(_listener);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose() => _listener.Dispose();
    }
}
