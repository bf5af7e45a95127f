using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Workers.Contracts;
using Workers.Jobs.Accounts;
using Workers.Jobs.Lifecycle;
using Workers.Providers;

namespace Workers.Jobs.Retrieval;

/// <summary>
/// Whether results can be stored. Processes that fetch outputs try it; what is wrong they say in the record of an account that nobody can have, as a pause that ends by itself unless it is
/// said again. Processes that ask for tasks read it there: they need not see the folder.
/// </summary>
internal sealed partial class ResultsRoom(ResultFiles files, IAccounts accounts, ProcessRoles roles, IOptions<RetrievalOptions> options, TimeProvider time, ILogger<ResultsRoom> logger)
{
    /// <summary>The record's name, which is none that an account can have.</summary>
    public const string Record = "-results";

    /// <summary>Why a job waits, although its account has room.</summary>
    public const string Code = "ResultsUnwritable";

    /// <summary>Looks that may be missed before what was said is over.</summary>
    private const int Looks = 3;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _looked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private volatile AccountPause? _trouble;
    private volatile AccountPause? _told;

    /// <summary>What is wrong with this process's folder; null where nothing is, or it needs none.</summary>
    public string? Trouble => _trouble?.Reason;

    /// <summary>One look at the folder and at the record, by the roles of this process.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        if (roles.Roles.HasFlag(Roles.Retrieval))
        {
            Judge();
            if (_trouble is { } trouble)
            {
                await accounts.PauseAsync(Record, trouble, cancellationToken);
            }
        }

        if (roles.Roles.HasFlag(Roles.Submission))
        {
            _told = (await accounts.GetAsync(Record, cancellationToken)).Pause;
        }

        _looked.TrySetResult();
    }

    /// <summary>Why no task may be asked for now, and until when; null where results can be stored.</summary>
    public async Task<AccountPause?> ClosedAsync(CancellationToken cancellationToken)
    {
        await _looked.Task.WaitAsync(cancellationToken);
        return _trouble ?? (_told is { } told && told.Until > time.Now() ? told : null);
    }

    /// <summary>Tries the folder now.</summary>
    /// <returns>What is wrong, or null.</returns>
    public string? Judge()
    {
        Note(files.Probe());
        return Trouble;
    }

    /// <summary>
    /// Does what needs the folder. While the folder takes nothing it is waited in place, as for a store that is away, and the work is begun anew.
    /// </summary>
    /// <param name="work">Given a token that also ends with <see cref="RetrievalOptions.Timeout"/>.</param>
    /// <param name="cancellationToken">The message's.</param>
    /// <exception cref="ResultsAwayException">The folder took nothing for as long as a message may be held.</exception>
    public async Task WithFolderAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.Value.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        for (var pause = FirstPause; ; pause = pause * 2 < options.Value.ProbeInterval ? pause * 2 : options.Value.ProbeInterval)
        {
            try
            {
                if (Trouble is null)
                {
                    await work(either.Token);
                    return;
                }
            }
            catch (ResultsUnwritableException fault)
            {
                Note(fault.Message);
            }

            try
            {
                await Task.Delay(pause, time, either.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new ResultsAwayException($"{Trouble ?? "The folder of results took nothing."} It was waited for {options.Value.Timeout}.");
            }

            Judge();
        }
    }

    /// <summary>Why a job waits while results can't be stored.</summary>
    public static JobTrouble Of(AccountPause closed) => new()
    {
        Bucket = FailureBucket.Storage,
        Disposition = Disposition.Retry,
        Code = Code,
        Reason = closed.Reason,
        Fix = "Make room for results, or let the workers write their folder; the job goes on by itself.",
    };

    private void Note(string? trouble)
    {
        lock (_lock)
        {
            var now = time.Now();
            switch (trouble, _trouble)
            {
                case ({ } reason, var was):
                    _trouble = new AccountPause(FailureBucket.Storage, reason, was?.Since ?? now, now + (Looks * options.Value.ProbeInterval));
                    if (was is null)
                    {
                        LogUnwritable(reason);
                    }

                    break;

                case (null, { } was):
                    _trouble = null;
                    LogWritable(now - was.Since);
                    break;
            }
        }
    }

    [LoggerMessage(EventId = 4010, Level = LogLevel.Error, Message = "{Trouble} No more tasks are asked for, and outputs wait at the provider; nothing is lost or counted as failed")]
    private partial void LogUnwritable(string trouble);

    [LoggerMessage(EventId = 4011, Level = LogLevel.Warning, Message = "The folder of results takes files again, after {After}; work goes on")]
    private partial void LogWritable(TimeSpan after);
}
