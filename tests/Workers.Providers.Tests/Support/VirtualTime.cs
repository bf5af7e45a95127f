using Microsoft.Extensions.Time.Testing;

namespace Workers.Providers.Tests.Support;

/// <summary>Lets waits pass that a task is in.</summary>
internal static class VirtualTime
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    /// <summary>Leaves the work between two waits the processor: a clock that runs away from a thread that stands still lets every time-out pass.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(1);

    /// <summary>Moves the clock on in small steps until the task has ended.</summary>
    public static async Task<T> PassUntilDoneAsync<T>(this FakeTimeProvider time, Task<T> task)
    {
        while (!task.IsCompleted)
        {
            time.Advance(Step);
            await Task.WhenAny(task, Task.Delay(Pace, TimeProvider.System));
        }

        return await task;
    }
}
