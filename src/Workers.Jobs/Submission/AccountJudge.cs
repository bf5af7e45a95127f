using Microsoft.Extensions.Logging;
using Workers.Providers;

namespace Workers.Jobs.Submission;

/// <summary>
/// Says whether a refusal that names no account is the account's, and closes it, or one job's: a firewall that dislikes one prompt answers as it does to a wrong key. The account is
/// judged by a cheap call that asks, and by what befalls several jobs in a row.
/// </summary>
internal sealed partial class AccountJudge(TimeProvider time, ILogger<AccountJudge> logger)
{
    /// <summary>So many jobs, refused one after the other with none let through, speak against the account whatever it answers otherwise.</summary>
    private const int JobsInARow = 3;

    /// <summary>A burst of refusals asks once.</summary>
    private static readonly TimeSpan AskedAgainAfter = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();

    // Under the lock. Of this process alone: another one judges by what it sees itself, and the worst that comes of it is that a job or two more are blocked.
    private readonly Dictionary<string, Doubt> _doubts = new(StringComparer.Ordinal);

    /// <summary>The account had a task made, so it is well.</summary>
    public void Created(string account)
    {
        lock (_lock)
        {
            _doubts.Remove(account);
        }
    }

    /// <summary>The failure as it is, where it is the account's; else the job's own, which blocks it alone.</summary>
    public async Task<ProviderFailure> JudgeAsync(IGenerationProvider provider, Attempt attempt, ProviderFailure failure, CancellationToken cancellationToken)
    {
        Task<bool?> asked;
        int jobs;
        lock (_lock)
        {
            var (now, known) = (time.Now(), _doubts.GetValueOrDefault(attempt.Account));
            var doubt = known is null || now - known.AskedAt >= AskedAgainAfter
                ? new Doubt(now, provider.IsWelcomeAsync(attempt.Account, attempt.Intent.Model, CancellationToken.None), known?.Jobs ?? [])
                : known;
            _doubts[attempt.Account] = doubt;
            doubt.Jobs.Add(attempt.Id.JobId);
            (asked, jobs) = (doubt.Asked, doubt.Jobs.Count);
        }

        if (await asked.WaitAsync(cancellationToken) == false || jobs >= JobsInARow)
        {
            return failure;
        }

        LogSpared(attempt.Id.JobId, failure.Code, attempt.Account);
        return failure with
        {
            Disposition = Disposition.Block,
            Reason = $"{failure.Reason} The account's other calls are not refused, so this is taken to be about the job.",
            Fix = "Look at what the job asks for: whatever stands before the provider may dislike its prompt or an address in it, or the account may not use its model. "
                + "Correct it, or give the account the right, and resume the job.",
        };
    }

    /// <param name="AskedAt">When the account was last asked.</param>
    /// <param name="Asked">Whether it was answered.</param>
    /// <param name="Jobs">Those that were refused since a task was last made.</param>
    private sealed record Doubt(DateTimeOffset AskedAt, Task<bool?> Asked, HashSet<Guid> Jobs);

    [LoggerMessage(EventId = 2016, Level = LogLevel.Warning, Message = "Job {JobId} was refused ({Code}) as a closed account would be; account {Account} is not taken to be closed")]
    private partial void LogSpared(Guid jobId, string code, string account);
}
