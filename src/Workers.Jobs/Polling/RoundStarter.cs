using MassTransit;
using Microsoft.Extensions.Hosting;
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
    ILogger<RoundStarter> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Tick, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await StartRoundsAsync(stoppingToken);
            }
#pragma warning disable CA1031 // The store or the broker is away: the attempts stay due, and the next tick finds them.
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogTickFailed(fault);
            }
        }
    }

    private async Task StartRoundsAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        foreach (var account in await attempts.AccountsDueAsync(now, cancellationToken))
        {
            if (await accounts.StartRoundAsync(account, now, options.Value.RoundLease, cancellationToken) is { } round)
            {
                await bus.Publish(new PollRound(account, round), cancellationToken);
            }
        }
    }

    [LoggerMessage(EventId = 3001, Level = LogLevel.Warning, Message = "No rounds were started; the next tick tries again")]
    private partial void LogTickFailed(Exception fault);
}
