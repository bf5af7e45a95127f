using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Workers.Jobs.Alerts;

/// <summary>Has the rules of the alerts looked at again and again. The first look comes after one interval.</summary>
internal sealed partial class AlertWatch(AlertLook look, IOptions<AlertOptions> options, TimeProvider time, ILogger<AlertWatch> logger) : RecurringRole(options.Value.Interval, time)
{
    protected override Task LookAsync(DateTimeOffset now, CancellationToken cancellationToken) => look.LookAsync(now, cancellationToken);

    [LoggerMessage(EventId = 5103, Level = LogLevel.Warning, Message = "What the alerts are about could not be read, or a change not be told; the next look tries again")]
    protected override partial void LogFailed(Exception fault);
}
