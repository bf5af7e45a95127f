using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Workers.Jobs;

namespace Workers.Host.Health;

/// <summary>Answers whether the process lives, has begun, and can do its work; what is wrong is said in words to those who may know it.</summary>
internal static class HealthEndpoints
{
    public const string Live = "/health/live";
    public const string Startup = "/health/startup";
    public const string Ready = "/health/ready";

    public static void MapHealth(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<HealthOptions>>().Value;
        Map(Live, _ => false);
        Map(Startup, check => check.Tags.Contains(HealthTags.Startup));
        Map(Ready, check => check.Tags.Contains(HealthTags.Ready));

        void Map(string path, Func<HealthCheckRegistration, bool> includes) => app.MapHealthChecks(path, new HealthCheckOptions
        {
            Predicate = includes,
            ResponseWriter = (caller, report) => caller.Response.WriteAsJsonAsync(Describe(report, options.MayBeToldTo(caller))),
        });
    }

    private static Answer Describe(HealthReport report, bool inWords) => new(
        Word(report.Status),
        inWords ? report.Entries.ToDictionary(entry => entry.Key, entry => new Check(Word(entry.Value.Status), entry.Value.Description)) : null);

    private static string Word(HealthStatus status) => status.ToString().ToLowerInvariant();

    private sealed record Answer(string Status, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, Check>? Checks);

    private sealed record Check(string Status, string? Reason);
}
