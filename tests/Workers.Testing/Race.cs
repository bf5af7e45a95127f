namespace Workers.Testing;

/// <summary>Many callers at once.</summary>
public static class Race
{
    public const int Callers = 16;

    /// <summary>Lets <see cref="Callers"/> callers, numbered from 0, start at the same moment, and gives their answers in order.</summary>
    public static async Task<IReadOnlyList<T>> OfAsync<T>(Func<int, Task<T>> call)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var callers = Enumerable.Range(0, Callers).Select(async number =>
        {
            await start.Task;
            return await call(number);
        }).ToList();
        start.SetResult();
        return await Task.WhenAll(callers);
    }
}
