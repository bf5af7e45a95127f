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
    protected override async Task LookAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var account in await attempts.AccountsDueAsync(now, cancellationToken))
        {
            if (await accounts.StartRoundAsync(account, now, options.Value.RoundLease, cancellationToken) is { } round)
            {
                await bus.Publish(new PollRound(account, round), cancellationToken);
            }
        }
    }

    [LoggerMessage(EventId = 3001, Level = LogLevel.Warning, Message = "No rounds were started; the next tick tries again")]
    protected override partial void LogFailed(Exception fault);
}
