using MassTransit;
using Workers.Providers;
using Workers.RabbitMq.Foreign;

namespace Workers.RabbitMq.Crashes;

/// <summary>
/// Handles in turns, in no particular order, what of a queue was in hand when processes died again and again. One such message kills them; the others only stood by, and would reach the
/// delivery limit with it, since the broker hands all of them over together each time. So at each start about a third of them are done before it strikes. One has the
/// first turn, and each turn that does no harm is followed by one of twice as many: what turns out to be innocent is soon handled as fast as ever.
/// </summary>
internal sealed class Bystanders(Chance chance) : IFilter<ReceiveContext>
{
    private const string DeliveryCount = "x-delivery-count";
    private const string AcquiredCount = "x-acquired-count";

    /// <summary>No queue has more of them in hand.</summary>
    private const int MostAtOnce = 1024;

    /// <summary>Less befalls everybody when processes are killed, or lose their connection, now and then.</summary>
    private const long Suspicious = 3;

    /// <summary>Long enough for all that a starting process is handed; the first of them would otherwise always be first.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// What has run for so long without harm is not waited for: calls of providers take their time. Long enough for the first message of a process that has just begun, which takes a second;
    /// else the one that kills would have its turn while the only other is still at work, each time.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>What is handled is acknowledged just after it has left here: the next must not strike before that is on its way.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private readonly List<TaskCompletionSource<Turn>> _waiting = [];
    private bool _isBusy;
    private int _atOnce = 1;

    public void Probe(ProbeContext context) => context.CreateFilterScope("bystanders");

    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        if (!IsSuspicious(context))
        {
            await next.Send(context);
            return;
        }

        var turn = await TurnAsync(context.CancellationToken);
        var handling = Task.CompletedTask;
        try
        {
            handling = next.Send(context);
            await Task.WhenAny(handling, Task.Delay(Patience, TimeProvider.System, context.CancellationToken));
        }
        finally
        {
            if (turn.IsOver())
            {
                _ = PassOnAfterAsync(Settling);
            }
        }

        await handling;
    }

    /// <summary>
    /// A sender may write such counts himself, and they outlive a dead-lettering; but on what is delivered again the broker has written how often it was handed over, and no delivery that failed is not
    /// counted there.
    /// </summary>
    private static bool IsSuspicious(ReceiveContext context)
    {
        var failed = Count(DeliveryCount);
        return context.Redelivered && Math.Min(failed, Count(AcquiredCount, otherwise: failed)) >= Suspicious;

        long Count(string header, long otherwise = 0) => context.TransportHeaders.TryGetHeader(header, out var value) ? HeaderNumber.Read(value) ?? 0 : otherwise;
    }

    private async Task<Turn> TurnAsync(CancellationToken cancellationToken)
    {
        var turn = new TaskCompletionSource<Turn>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Add(turn);
            if (!_isBusy)
            {
                _isBusy = true;
                _ = PassOnAfterAsync(Gathering);
            }
        }

        try
        {
            return await turn.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (!TryLeave(turn))
        {
            if ((await turn.Task).IsOver())
            {
                PassOn(); // its turn came just then
            }

            throw;
        }
    }

    private async Task PassOnAfterAsync(TimeSpan time)
    {
        await Task.Delay(time, TimeProvider.System, CancellationToken.None);
        PassOn();
    }

    private bool TryLeave(TaskCompletionSource<Turn> turn)
    {
        lock (_lock)
        {
            return _waiting.Remove(turn);
        }
    }

    private void PassOn()
    {
        lock (_lock)
        {
            _isBusy = _waiting.Count > 0;
            if (!_isBusy)
            {
                _atOnce = 1;
                return;
            }

            var size = Math.Min(_atOnce, _waiting.Count);
            var turn = new Turn(size);
            _atOnce = Math.Min(_atOnce * 2, MostAtOnce);
            for (; size > 0; size--)
            {
                var at = (int)(chance.Next() * _waiting.Count);
                _waiting[at].SetResult(turn);
                _waiting.RemoveAt(at);
            }
        }
    }

    /// <summary>Those that are handled at the same time.</summary>
    private sealed class Turn(int size)
    {
        private int _left = size;

        /// <summary>One of them is done. Whether it was the last.</summary>
        public bool IsOver() => Interlocked.Decrement(ref _left) == 0;
    }
}
