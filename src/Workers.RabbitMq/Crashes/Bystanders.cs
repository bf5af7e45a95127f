using MassTransit;
using Workers.Providers;

namespace Workers.RabbitMq.Crashes;

/// <summary>
/// Handles one after the other, in no particular order, what of a queue was in hand when processes died again and again. One such message kills them; the others only stood by, and would reach the
/// delivery limit with it, since the broker hands all of them over together each time. So at each start about half of them are done before it strikes.
/// </summary>
internal sealed class Bystanders(Chance chance) : IFilter<ReceiveContext>
{
    private const string DeliveryCount = "x-delivery-count";

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
    private readonly List<TaskCompletionSource> _waiting = [];
    private bool _isBusy;

    public void Probe(ProbeContext context) => context.CreateFilterScope("bystanders");

    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        if (!(context.TransportHeaders.Get<long>(DeliveryCount) >= Suspicious))
        {
            await next.Send(context);
            return;
        }

        await TurnAsync(context.CancellationToken);
        var handling = Task.CompletedTask;
        try
        {
            handling = next.Send(context);
            await Task.WhenAny(handling, Task.Delay(Patience, TimeProvider.System, context.CancellationToken));
        }
        finally
        {
            _ = PassOnAfterAsync(Settling);
        }

        await handling;
    }

    private async Task TurnAsync(CancellationToken cancellationToken)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
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
            await turn.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (!TryLeave(turn))
        {
            PassOn(); // its turn came just then
            throw;
        }
    }

    private async Task PassOnAfterAsync(TimeSpan time)
    {
        await Task.Delay(time, TimeProvider.System, CancellationToken.None);
        PassOn();
    }

    private bool TryLeave(TaskCompletionSource turn)
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
            if (_isBusy)
            {
                var at = (int)(chance.Next() * _waiting.Count);
                _waiting[at].SetResult();
                _waiting.RemoveAt(at);
            }
        }
    }
}
