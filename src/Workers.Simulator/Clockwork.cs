using Workers.Simulator.Tasks;

namespace Workers.Simulator;

/// <summary>Lets the engine catch up whenever something is due, so that callbacks leave although nobody asks.</summary>
internal sealed class Clockwork : IAsyncDisposable
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly Engine _engine;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    // Under the engine's gate.
    private TaskCompletionSource _earlier = NewSignal();

    public Clockwork(Engine engine, TimeProvider time)
    {
        (_engine, _time) = (engine, time);
        engine.DueEarlier = () => _earlier.TrySetResult();
        _running = Task.Run(RunAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            var (now, wait, earlier) = CatchUp();
            var due = Task.Delay(wait, _time, waiting.Token);

            // A clock that jumps between the look and the wait, as a test's does, would leave the wait behind.
            if (_time.GetUtcNow() - now < wait)
            {
                await Task.WhenAny(due, earlier);
            }

            await waiting.CancelAsync();
        }
    }

    private (DateTimeOffset Now, TimeSpan Wait, Task Earlier) CatchUp()
    {
        using (_engine.Gate.EnterScope())
        {
            var now = _engine.CatchUp();
            _earlier = NewSignal();
            var wait = _engine.NextDue is { } due ? due - now : Longest;
            return (now, wait < Shortest ? Shortest : wait > Longest ? Longest : wait, _earlier.Task);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
