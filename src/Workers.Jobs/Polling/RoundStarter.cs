using MassTransit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Workers.Jobs.Accounts;
using Workers.Jobs.Submission;
using Workers.Providers;

namespace Workers.Jobs.Polling;

/// <summary>Starts a round for each account with attempts due. Of all the processes that try, one moves the round's number.</summary>
internal sealed partial class RoundStarter(
    IAttempts attempts,
    IAccounts accounts,
    IBus bus,
    IOptions<PollingOptions> options,
    TimeProvider time,
    Chance chance,
    ILogger<RoundStarter> logger) : RecurringRole(options.Value.Tick, time)
{
    /// <summary>Rounds started at the same time: one that waits for store or broker does not hold up the others.</summary>
    private const int AtOnce = 8;

    protected override async Task LookAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Each process in an order of its own: those that look at the same time then seldom try for the same account.
        var due = await attempts.AccountsDueAsync(now, cancellationToken);
        var ready = due.Count == 0 ? due : await accounts.ReadyAsync(due, now, cancellationToken);
        await Parallel.ForEachAsync(
            ready.OrderBy(_ => chance.NextGuid()),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (account, token) =>
            {
                if (await accounts.StartRoundAsync(account, now, options.Value.RoundLease, token) is { } round)
                {
                    await bus.Publish(new PollRound(account, round), token);
                }
            });
    }

    [LoggerMessage(EventId = 3001, Level = LogLevel.Warning, Message = "No rounds were started; the next tick tries again")]
    protected override partial void LogFailed(Exception fault);
}
