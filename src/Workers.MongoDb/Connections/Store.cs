using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MongoDB.Driver;
using Polly;
using Polly.Retry;
using Polly.Timeout;
using Workers.Jobs;
using Workers.MongoDb.Indexes;

namespace Workers.MongoDb.Connections;

/// <summary>
/// The way to the store. An operation that meets a store that is away waits in place and is tried again, so that it is no failure of the message in hand; the messages that a process may
/// hold are the brake. Before the first operation of the process, the indexes are made and the clock is compared.
/// </summary>
public sealed partial class Store : IDisposable
{
    private readonly StoreAddress _address;
    private readonly StoreClock _clock;
    private readonly TimeSpan _callTimeout;
    private readonly TimeSpan _longestWait;
    private readonly ResiliencePipeline _patience;
    private readonly SemaphoreSlim _preparing = new(1);
    private volatile bool _isPrepared;
    private volatile string? _trouble;

    internal Store(StoreAddress address, IOptions<MongoDbOptions> options, StoreClock clock, TimeProvider machine, ILogger<Store> logger)
#pragma warning disable CA2000 // Disposed with the database.
        : this(address, new MongoClient(address.Settings).GetDatabase(address.Database), options, clock, machine, logger)
#pragma warning restore CA2000
    {
    }

    /// <param name="address">Where the database is, in words.</param>
    /// <param name="database">The fleet's; disposed with its client.</param>
    /// <param name="options">Validated.</param>
    /// <param name="clock">Told the store's time.</param>
    /// <param name="machine">Measures waits.</param>
    /// <param name="logger">Told of a store that is away.</param>
    internal Store(StoreAddress address, IMongoDatabase database, IOptions<MongoDbOptions> options, StoreClock clock, TimeProvider machine, ILogger<Store> logger)
    {
        _address = address;
        _clock = clock;
        Logger = logger;
        Database = database;
        _callTimeout = options.Value.CallTimeout;
        _longestWait = options.Value.LongestWait;
        _patience = new ResiliencePipelineBuilder { TimeProvider = machine }
            .AddTimeout(new TimeoutStrategyOptions { Timeout = _longestWait })
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<Exception>(IsWorthWaiting),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(50),
                MaxDelay = options.Value.LongestPause,
                OnRetry = tried =>
                {
                    Missed(tried.Outcome.Exception!);
                    return default;
                },
            })
            .Build();
    }

    /// <summary>The fleet's database.</summary>
    public IMongoDatabase Database { get; }

    /// <summary>The store's time.</summary>
    public DateTimeOffset Now => _clock.GetUtcNow();

    /// <summary>Told of documents that can't be read.</summary>
    internal ILogger<Store> Logger { get; }

    /// <summary>What the process waits for, in words; null while the store answers.</summary>
    public string? Trouble => _trouble;

    /// <summary>This process has made sure of the indexes. Once true, it stays so.</summary>
    public bool IsPrepared => _isPrepared;

    /// <summary>Runs an operation that is safe to repeat.</summary>
    /// <exception cref="StoreAwayException">The store was away for longer than a message may be held.</exception>
    public Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> operation, CancellationToken cancellationToken) =>
        RunAsync((_, token) => operation(token), cancellationToken);

    /// <summary>Runs an operation that is told whether an earlier try of it may have been carried out: it must then recognise its own work.</summary>
    /// <exception cref="StoreAwayException">The store was away for longer than a message may be held.</exception>
    public async Task<T> RunAsync<T>(Func<bool, CancellationToken, Task<T>> operation, CancellationToken cancellationToken)
    {
        var mayBeDone = false;
        try
        {
            return await TryAsync(cancellationToken); // nearly always all that there is to it
        }
        catch (Exception fault) when (IsWorthWaiting(fault))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Missed(fault);
        }

        try
        {
            return await _patience.ExecuteAsync(async token => await TryAsync(token), cancellationToken);
        }
        catch (Exception fault) when (IsWorthWaiting(fault))
        {
            // Only the end of the wait lets it out: as a time-out or, where driver or pipeline prefer it, as what the last try met.
            cancellationToken.ThrowIfCancellationRequested();
            throw new StoreAwayException($"The store was away for {_longestWait}.");
        }

        async Task<T> TryAsync(CancellationToken token)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
            limit.CancelAfter(_callTimeout);
            try
            {
                if (!_isPrepared)
                {
                    await PrepareAsync(limit.Token);
                }

                var isAgain = mayBeDone;
                mayBeDone = true;
                var result = await operation(isAgain, limit.Token);
                Answered();
                return result;
            }
            catch (OperationCanceledException) when (!token.IsCancellationRequested)
            {
                throw new TimeoutException($"The store did not answer within {_callTimeout}.");
            }
        }
    }

    public void Dispose()
    {
        Database.Client.Dispose();
        _preparing.Dispose();
    }

    private static bool IsWorthWaiting(Exception fault) => fault is StoreUnfitException || StoreTrouble.IsAway(fault);

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await _preparing.WaitAsync(cancellationToken);
        try
        {
            if (!_isPrepared)
            {
                await _clock.MeasureAsync(Database, cancellationToken);
                await new IndexDeployment(Database, StoreIndexes.All).PrepareAsync(cancellationToken);
                _isPrepared = true;
            }
        }
        finally
        {
            _preparing.Release();
        }
    }

    private void Missed(Exception fault)
    {
        var trouble = fault is StoreUnfitException ? fault.Message : StoreTrouble.Describe(fault, _address, Database.Client);
        if (Interlocked.Exchange(ref _trouble, trouble) is null)
        {
            LogAway(trouble);
        }
    }

    private void Answered()
    {
        if (_trouble is not null && Interlocked.Exchange(ref _trouble, null) is not null)
        {
            LogBack(_address);
        }
    }

    [LoggerMessage(EventId = 8001, Level = LogLevel.Error, Message = "{Trouble} Whatever needs it waits in place; nothing is lost or counted as failed")]
    private partial void LogAway(string trouble);

    [LoggerMessage(EventId = 8002, Level = LogLevel.Warning, Message = "The store at {Store} answers again; work goes on")]
    private partial void LogBack(StoreAddress store);
}
