using MassTransit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Workers.Jobs.Accounts;
using Workers.Jobs.Costs;
using Workers.Jobs.Failpoints;
using Workers.Jobs.Submission;
using Workers.Jobs.Telemetry;
using Workers.Providers;
using Workers.Providers.Accounts;

namespace Workers.Jobs.Polling;

/// <summary>One round of one account: polls the tasks that are due in one list call, reconciles the attempts whose outcome is unknown, tells the ends, and closes what was told.</summary>
internal sealed partial class PollRoundConsumer(
    IAttempts attempts,
    IAccounts accounts,
    ICosts costs,
    ProviderDirectory providers,
    IOptions<AccountsOptions> accountsOptions,
    IOptions<PollingOptions> options,
    TaskPoller poller,
    Reconciliation reconciliation,
    SlotCount slotCount,
    HeldRounds held,
    IFailpoints failpoints,
    TimeProvider time,
    ILogger<PollRoundConsumer> logger) : IConsumer<PollRound>
{
    public async Task Consume(ConsumeContext<PollRound> context)
    {
        var (account, round) = (context.Message.Account, context.Message.Round);
        if (!await accounts.TakeRoundAsync(account, round, time.Now(), options.Value.RoundLease, context.CancellationToken))
        {
            LogStale(account, round);
            return;
        }

        if (!accountsOptions.Value.Named.TryGetValue(account, out var configured))
        {
            LogUnknownAccount(account);
            await accounts.EndRoundAsync(account, round, time.Now() + options.Value.LongestInterval, context.CancellationToken);
            return;
        }

        await using (var hold = new RoundHold(accounts, held, context.Message, options.Value.RoundLease, time, logger))
        {
            if (!await LookAsync(context, providers.Find(configured.Provider), hold))
            {
                LogStale(account, round);
                return;
            }
        }

        await CorrectSlotsAsync(account, round, context.CancellationToken);
        await accounts.EndRoundAsync(account, round, time.Now() + providers.Find(configured.Provider).Limits.ListInterval, context.CancellationToken);
    }

    /// <returns>False: the round was lost to another before it began to ask.</returns>
    private async Task<bool> LookAsync(ConsumeContext<PollRound> context, IGenerationProvider provider, RoundHold hold)
    {
        var (account, round) = (context.Message.Account, context.Message.Round);
        var due = await attempts.DueAsync(account, time.Now(), provider.Limits.IdsPerList, context.CancellationToken);
        if (!await hold.IsHeldAsync(context.CancellationToken))
        {
            return false; // the store took its time
        }

        var sightings = await poller.PollAsync(context, provider, account, [.. due.Where(attempt => attempt.State == AttemptState.Live)]);
        await attempts.SaveRoundAsync(sightings, context.CancellationToken);
        await failpoints.ReachAsync(Failpoint.RoundSaved, context.CancellationToken);

        var ended = due.Where(attempt => attempt.State == AttemptState.Ended)
            .Concat(due.Join(sightings.Where(sighting => sighting.End is not null), attempt => attempt.Id, sighting => sighting.Id, (attempt, sighting) => attempt with { End = sighting.End }))
            .ToArray();
        await TellAsync(context, account, ended);

        await reconciliation.ReconcileAsync(context, provider, context.Message, [.. due.Where(attempt => attempt.State == AttemptState.Open)]);
        LogRound(account, round, due.Count, ended.Length);
        return true;
    }

    /// <summary>Closing an attempt is the last write about it: until then a round tells its end again.</summary>
    private async Task TellAsync(ConsumeContext<PollRound> context, string account, Attempt[] ended)
    {
        if (ended.Length == 0)
        {
            return;
        }

        await Task.WhenAll(ended.Select(attempt => TellAsync(context, attempt)));
        await failpoints.ReachAsync(Failpoint.EndsTold, context.CancellationToken);
        await costs.RecordAsync([.. ended.Select(CostRecord.Of)], context.CancellationToken);
        var closed = await attempts.CloseAsync([.. ended.Select(attempt => attempt.Id)], context.CancellationToken);
        Array.ForEach(ended, FleetMetrics.Settled);
        await accounts.ReturnSlotsAsync(account, closed, context.CancellationToken);
    }

    /// <summary>In the trace of the attempt's job: what follows is of that.</summary>
    private async Task TellAsync(ConsumeContext<PollRound> context, Attempt attempt)
    {
        using (JobFacts.Begin(logger, attempt, "task end"))
        {
            await context.TellEndedAsync(attempt, context.CancellationToken);
        }
    }

    /// <summary>Every hundredth round counts the slots again.</summary>
    private async Task CorrectSlotsAsync(string account, long round, CancellationToken cancellationToken)
    {
        if (round % 100 == 0)
        {
            await slotCount.CorrectAsync(account, cancellationToken);
        }
    }

    [LoggerMessage(EventId = 3010, Level = LogLevel.Debug, Message = "Round {Round} of account {Account} is over or another's, and is dropped")]
    private partial void LogStale(string account, long round);

    [LoggerMessage(EventId = 3011, Level = LogLevel.Debug, Message = "Round {Round} of account {Account}: {Due} attempts due, {Ended} ended")]
    private partial void LogRound(string account, long round, int due, int ended);

    [LoggerMessage(EventId = 3012, Level = LogLevel.Error, Message = "Account {Account} has attempts to watch and is not configured here")]
    private partial void LogUnknownAccount(string account);
}
