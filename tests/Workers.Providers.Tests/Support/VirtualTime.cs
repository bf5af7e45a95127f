using Microsoft.Extensions.Time.Testing;

namespace Workers.Providers.Tests.Support;

/// <summary>Lets waits pass that a task is in.</summary>
internal static class VirtualTime
{
    /// <summary>Moves the clock on in small steps until the task has ended.</summary>
    public static async Task<T> PassUntilDoneAsync<T>(this FakeTimeProvider time, Task<T> task)
    {
        while (!task.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Yield();
        }

        return await task;
    }
}
