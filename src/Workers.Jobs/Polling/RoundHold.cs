using Microsoft.Extensions.Logging;
using Workers.Jobs.Accounts;

namespace Workers.Jobs.Polling;

/// <summary>Holds a round while it is under way, however long its calls take: the hold is short, so that the round of a process that dies is soon another's, and renewed in time.</summary>
internal sealed partial class RoundHold : IAsyncDisposable
{
    private readonly IAccounts _accounts;
    private readonly HeldRounds _held;
    private readonly PollRound _round;
    private readonly TimeSpan _lease;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _over = new();
    private readonly Task _renewing;
    private long _renewedAt;

    /// <param name="accounts">Where it is held.</param>
    /// <param name="held">Told of it, until it is over.</param>
    /// <param name="round">A round that was just taken.</param>
    /// <param name="lease">How long it is held without being renewed.</param>
    /// <param name="time">The clock of the lease.</param>
    /// <param name="logger">Hears of a store that is away.</param>
    public RoundHold(IAccounts accounts, HeldRounds held, PollRound round, TimeSpan lease, TimeProvider time, ILogger logger)
    {
        (_accounts, _held, _round, _lease, _time, _logger) = (accounts, held, round, lease, time, logger);
        _renewedAt = time.GetTimestamp();
        held.Add(this);
        _renewing = RenewInTimeAsync();
    }

    public string Account => _round.Account;

    public long Round => _round.Round;

    /// <summary>How long it is held without being renewed.</summary>
    public TimeSpan Lease => _lease;

    public TimeSpan SinceRenewal => _time.GetElapsedTime(Interlocked.Read(ref _renewedAt));

    /// <summary>It was not renewed in time.</summary>
    public bool HasLapsed => SinceRenewal > _lease;

    /// <summary>Whether the round is still ours for the best part of a lease; renews it where it was renewed a while ago. Asked before a call that another may be making.</summary>
    public async Task<bool> IsHeldAsync(CancellationToken cancellationToken) =>
        SinceRenewal < _lease / 2 || await RenewAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _held.Remove(this);
        await _over.CancelAsync();
        await _renewing;
        _over.Dispose();
    }

    private async Task RenewInTimeAsync()
    {
        using var timer = new PeriodicTimer(_lease / 3, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_over.Token) && await RenewAsync(_over.Token))
            {
            }
        }
        catch (OperationCanceledException)
        {
            // The round is over.
        }
#pragma warning disable CA1031 // Whatever went wrong, the round lapses, and whoever asks before a call is told.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogNotRenewed(_logger, _round.Round, _round.Account, fault.GetType().Name);
        }
    }

    private async Task<bool> RenewAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetTimestamp();
        if (!await _accounts.RenewRoundAsync(_round.Account, _round.Round, _time.Now(), _lease, cancellationToken))
        {
            return false;
        }

        Interlocked.Exchange(ref _renewedAt, now);
        return true;
    }

    [LoggerMessage(EventId = 3013, Level = LogLevel.Warning, Message = "Round {Round} of account {Account} could not be renewed ({Fault}) and may lapse; another takes its place")]
    private static partial void LogNotRenewed(ILogger logger, long round, string account, string fault);
}
