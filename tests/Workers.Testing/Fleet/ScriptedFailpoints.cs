using System.Collections.Concurrent;
using Workers.Jobs.Failpoints;

namespace Workers.Testing.Fleet;

/// <summary>Failpoints that a test arms.</summary>
internal sealed class ScriptedFailpoints : IFailpoints
{
    private readonly ConcurrentDictionary<string, Func<CancellationToken, Task>> _armed = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _reached = new();

    /// <summary>What happens at a failpoint from now on.</summary>
    public void Arm(string failpoint, Func<CancellationToken, Task> action) => _armed[failpoint] = async token =>
    {
        Source(failpoint).TrySetResult();
        await action(token);
    };

    /// <summary>Whoever comes there hangs until the process is ended, as if it had been killed there.</summary>
    public void KillAt(string failpoint) => Arm(failpoint, token => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token));

    /// <summary>The same for whoever comes there when something holds.</summary>
    public void KillWhen(string failpoint, Func<Task<bool>> holds) => _armed[failpoint] = async token =>
    {
        if (await holds())
        {
            Source(failpoint).TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        }
    };

    /// <summary>Whoever comes there waits for the returned source.</summary>
    public TaskCompletionSource PauseAt(string failpoint)
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Arm(failpoint, token => go.Task.WaitAsync(token));
        return go;
    }

    public void Disarm(string failpoint) => _armed.TryRemove(failpoint, out _);

    /// <summary>Waits anew for somebody to come there.</summary>
    public void Forget(string failpoint) => _reached.TryRemove(failpoint, out _);

    /// <summary>Waits until somebody comes there.</summary>
    public Task ReachedAsync(string failpoint) => Source(failpoint).Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);

    public async Task ReachAsync(string failpoint, CancellationToken cancellationToken)
    {
        if (_armed.TryGetValue(failpoint, out var action))
        {
            await action(cancellationToken);
        }
    }

    private TaskCompletionSource Source(string failpoint) =>
        _reached.GetOrAdd(failpoint, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
