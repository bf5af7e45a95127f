using Microsoft.Extensions.Options;
using Workers.Providers;

namespace Workers.Jobs.Polling;

/// <summary>When an attempt is looked at: exponential backoff with full jitter up to the longest interval.</summary>
public sealed class PollSchedule(IOptions<PollingOptions> options, Chance chance)
{
    private readonly PollingOptions _options = options.Value;

    /// <summary>After the task began.</summary>
    public DateTimeOffset First(DateTimeOffset now) => now + _options.FirstInterval;

    /// <summary>After a look that changed nothing.</summary>
    /// <param name="now">The time of the look.</param>
    /// <param name="looks">How many there were before it.</param>
    public DateTimeOffset Next(DateTimeOffset now, int looks) => now + chance.Backoff(_options.FirstInterval * 2, _options.LongestInterval, looks);
}
