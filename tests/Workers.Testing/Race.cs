namespace Workers.Testing;

/// <summary>Many callers after the same things at the same time.</summary>
public static class Race
{
    public const int Callers = 4;

    /// <summary>
    /// Enough that callers meet in a gap of a few instructions: who comes first to an item has more to do there, so the others catch up. Fewer will do where the gap is a way to a server and back.
    /// </summary>
    public static int Items { get; set; } = 1000;

    /// <summary>
    /// Lets callers, numbered from 0, go through items, numbered from 0, each on a thread of its own from the same start. Gives the answers by item and, in it, by caller.
    /// </summary>
    public static async Task<IReadOnlyList<IReadOnlyList<T>>> OfAsync<T>(Func<int, int, Task<T>> call)
    {
        using var start = new Barrier(Callers);
        var answers = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return AllAsync(item => call(item, caller));
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap()));
        return [.. Enumerable.Range(0, Items).Select(item => answers.Select(answer => answer[item]).ToList())];
    }

    /// <summary>The same for calls without an answer.</summary>
    public static Task OfAsync(Func<int, int, Task> call) => OfAsync(async (item, caller) =>
    {
        await call(item, caller);
        return true;
    });

    /// <summary>What <paramref name="make"/> makes for each item, one after the other.</summary>
    public static async Task<IReadOnlyList<T>> AllAsync<T>(Func<int, Task<T>> make)
    {
        var made = new List<T>();
        for (var item = 0; item < Items; item++)
        {
            made.Add(await make(item));
        }

        return made;
    }
}
