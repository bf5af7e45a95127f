using Microsoft.Extensions.Options;
using Workers.Jobs.Submission;
using Workers.Providers;

namespace Workers.Jobs.Polling;

/// <summary>Which tasks of a reading may be an attempt's. What sorts them out decides nothing by itself: a task that is left out for its time, or for who holds it, still speaks against absence.</summary>
internal sealed class TaskMatches(IAttempts attempts, IOptions<PollingOptions> options)
{
    /// <summary>How far apart the clocks behind one provider may be, one of which answers calls and the other makes tasks: time zones.</summary>
    private static readonly TimeSpan Farthest = TimeSpan.FromHours(26);

    public async Task<Matches> OfAsync(IGenerationProvider provider, Attempt attempt, TaskReading reading, CancellationToken cancellationToken)
    {
        List<ProviderTask> exact = [], exactElsewhen = [], alike = [];
        List<string> doubts = [];
        foreach (var (task, match) in reading.Tasks.Select(task => (task, MatchOf(provider, attempt, task))).Where(one => one.Item2.IsAny))
        {
            var isInTime = Distance(attempt, task, reading.Ahead) is { } distance && distance <= options.Value.ClockSkew;
            if (!match.IsExact && !isInTime && IsLongPast(attempt, task, reading.Ahead))
            {
                continue;
            }

            if (await attempts.HolderAsync(attempt.Account, task.TaskId, cancellationToken) is { } holder && holder.Id != attempt.Id)
            {
                if (match is { IsExact: true, Fits: true } && holder.Intent.Fingerprint != attempt.Intent.Fingerprint)
                {
                    doubts.Add($"Task {task.TaskId} has its fingerprint, and job {holder.Id.JobId} holds it.");
                }

                continue;
            }

            switch (match)
            {
                case { IsExact: true, Fits: true }:
                    (isInTime ? exact : exactElsewhen).Add(task);
                    break;

                case { Fits: true } when isInTime:
                    alike.Add(task);
                    break;

                case { Fits: true }:
                    doubts.Add($"Task {task.TaskId} is like it, but for the time at which it was made.");
                    break;

                default:
                    doubts.Add($"Task {task.TaskId} has its fingerprint, and is otherwise unlike it.");
                    break;
            }
        }

        // A fingerprint is dealt once in a long while: it decides, whatever the clocks say.
        return new Matches(exact is not [] ? exact : exactElsewhen is not [] ? exactElsewhen : alike, doubts.FirstOrDefault());
    }

    private static (bool IsExact, bool Fits, bool IsAny) MatchOf(IGenerationProvider provider, Attempt attempt, ProviderTask task)
    {
        var (isExact, fits) = (task.Fingerprint == attempt.Intent.Fingerprint, provider.Matches(task, attempt.Intent));
        return (isExact, fits, isExact || fits);
    }

    /// <summary>How far outside the time of the attempt's call a task was made, by the provider's clock; null where it does not say.</summary>
    private static TimeSpan? Distance(Attempt attempt, ProviderTask task, TimeSpan? ahead)
    {
        DateTimeOffset? told = task.CreatedAt;
        if (told is not { } created || created <= DateTimeOffset.UnixEpoch)
        {
            return null;
        }

        var sinceOpened = created - attempt.OpenedAt - (ahead ?? TimeSpan.Zero);
        var sinceOver = created - attempt.CallBy - (ahead ?? TimeSpan.Zero);
        return sinceOpened < TimeSpan.Zero ? -sinceOpened : sinceOver > TimeSpan.Zero ? sinceOver : TimeSpan.Zero;
    }

    /// <summary>Of those that have no fingerprint at all: where the provider tells its time, what was made on other days is no match.</summary>
    private static bool IsLongPast(Attempt attempt, ProviderTask task, TimeSpan? ahead) => ahead is not null && Distance(attempt, task, ahead) > Farthest;
}

/// <summary>Tasks that may be an attempt's.</summary>
/// <param name="Tasks">Those of which one alone is its own.</param>
/// <param name="Doubt">Why it can't be told that it has none although there are none of these, or null.</param>
internal sealed record Matches(IReadOnlyList<ProviderTask> Tasks, string? Doubt);
