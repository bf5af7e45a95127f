using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Workers.MongoDb;
using Workers.RabbitMq;

namespace Workers.Host.Health;

/// <summary>Answers whether the process lives, and whether it can do its work; what is wrong is said in words.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(RabbitMqRegistration.HealthTag) || check.Tags.Contains(MongoDbRegistration.HealthTag), ResponseWriter = WriteAsync });
    }

    private static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(new Answer(
        Word(report.Status),
        report.Entries.ToDictionary(entry => entry.Key, entry => new Check(Word(entry.Value.Status), entry.Value.Description))));

    private static string Word(HealthStatus status) => status.ToString().ToLowerInvariant();

    private sealed record Answer(string Status, IReadOnlyDictionary<string, Check> Checks);

    private sealed record Check(string Status, string? Reason);
}
