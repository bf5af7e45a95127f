using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Workers.Jobs.Retrieval;

/// <summary>Has the folder of the results tried at the start, and again and again.</summary>
internal sealed partial class ResultsWatch(ResultsRoom room, IOptions<RetrievalOptions> options, TimeProvider time, ILogger<ResultsWatch> logger) : RecurringRole(options.Value.ProbeInterval, time)
{
    protected override bool LooksAtOnce => true;

    protected override Task LookAsync(DateTimeOffset now, CancellationToken cancellationToken) => room.LookAsync(cancellationToken);

    [LoggerMessage(EventId = 4012, Level = LogLevel.Warning, Message = "Whether results can be stored could not be told or read; the next look tries again")]
    protected override partial void LogFailed(Exception fault);
}

/// <summary>Whether this process can store results, if it is to.</summary>
internal sealed class ResultsHealth(ResultsRoom room, ProcessRoles roles) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(roles.Roles.HasFlag(Roles.Retrieval) && room.Judge() is { } trouble ? HealthCheckResult.Unhealthy(trouble) : HealthCheckResult.Healthy());
}
