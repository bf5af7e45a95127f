using Workers.Jobs;

namespace Workers.MongoDb.Connections;

/// <summary>
/// Sends together what is asked at the same time: while one operation is under way, what comes meanwhile goes with the next. Nothing waits longer than for that one, so a quiet fleet is as
/// fast as without, and a busy one asks the store far less often.
/// </summary>
/// <param name="send">Carries out several requests at once and answers them in their order.</param>
/// <param name="atMost">Requests in one.</param>
internal sealed class Batches<TRequest, TAnswer>(Func<IReadOnlyList<TRequest>, CancellationToken, Task<IReadOnlyList<TAnswer>>> send, int atMost = 100)
{
    private readonly Lock _lock = new();

    // Both: under the lock.
    private readonly Queue<(TRequest Request, TaskCompletionSource<TAnswer> Answer)> _waiting = [];
    private bool _isUnderWay;

    /// <summary>The answer to one request. Giving up on it does not take it back.</summary>
    public Task<TAnswer> AskAsync(TRequest request, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<TAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Enqueue((request, answer));
            if (!_isUnderWay)
            {
                _isUnderWay = true;
                _ = Task.Run(SendAllAsync, CancellationToken.None);
            }
        }

        return answer.Task.WaitAsync(cancellationToken);
    }

    private async Task SendAllAsync()
    {
        while (Next() is { Count: > 0 } batch)
        {
            await SendAsync(batch);
        }
    }

    private List<(TRequest Request, TaskCompletionSource<TAnswer> Answer)> Next()
    {
        lock (_lock)
        {
            List<(TRequest, TaskCompletionSource<TAnswer>)> batch = [];
            while (batch.Count < atMost && _waiting.TryDequeue(out var waiting))
            {
                batch.Add(waiting);
            }

            _isUnderWay = batch.Count > 0;
            return batch;
        }
    }

    private async Task SendAsync(List<(TRequest Request, TaskCompletionSource<TAnswer> Answer)> batch)
    {
        try
        {
            var answers = await send([.. batch.Select(waiting => waiting.Request)], CancellationToken.None);
            foreach (var (waiting, answer) in batch.Zip(answers))
            {
                waiting.Answer.TrySetResult(answer);
            }
        }
        catch (StoreAwayException fault)
        {
            batch.ForEach(waiting => waiting.Answer.TrySetException(fault));
        }
#pragma warning disable CA1031 // Whatever went wrong, who asked is told.
        catch (Exception fault) when (batch.Count == 1)
        {
            batch[0].Answer.TrySetException(fault);
        }
        catch (Exception)
#pragma warning restore CA1031
        {
            // One request that can't be carried out must not take its neighbours with it.
            foreach (var alone in batch)
            {
                await SendAsync([alone]);
            }
        }
    }
}
