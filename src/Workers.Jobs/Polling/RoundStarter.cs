using MassTransit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Workers.Jobs.Accounts;
using Workers.Jobs.Submission;

namespace Workers.Jobs.Polling;

/// <summary>Starts a round for each account with attempts due. Of all the processes that try, one moves the round's number.</summary>
internal sealed partial class RoundStarter(
    IAttempts attempts,
    IAccounts accounts,
    IBus bus,
    IOptions<PollingOptions> options,
    TimeProvider time,
    ILogger<RoundStarter> logger) : RecurringRole(options.Value.Tick, time)
{
    /// <summary>Rounds started at once: those of a process that dies before it told of them are late by their lease.</summary>
    private const int AtOnce = 50;

    protected override async Task LookAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var due in (await attempts.AccountsDueAsync(now, cancellationToken)).Chunk(AtOnce))
        {
            var started = await accounts.StartRoundsAsync(due, now, options.Value.RoundLease, cancellationToken);
            await Task.WhenAll(started.Select(round => bus.Publish(new PollRound(round.Key, round.Value), cancellationToken)));
        }
    }

    [LoggerMessage(EventId = 3001, Level = LogLevel.Warning, Message = "No rounds were started; the next tick tries again")]
    protected override partial void LogFailed(Exception fault);
}
