namespace Workers.Testing;

/// <summary>Waits for what should come true. The longer it takes, the more seldom it looks: to look is work for those who are waited for.</summary>
public static class Eventually
{
    private static readonly TimeSpan Soonest = TimeSpan.FromMilliseconds(10);

    /// <summary>Shorter than any state of a fleet whose clock runs fast.</summary>
    private static readonly TimeSpan Latest = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until <paramref name="holds"/>, and fails the test with what <paramref name="otherwise"/> says where it takes longer.</summary>
    /// <param name="holds">Looks.</param>
    /// <param name="otherwise">Says what is wrong.</param>
    /// <param name="seconds">How long it may take.</param>
    /// <param name="latest">The longest time between two looks: 50 ms, if none is given.</param>
    public static async Task HoldsAsync(Func<Task<bool>> holds, Func<string> otherwise, double seconds = 30, TimeSpan? latest = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            var elapsed = TimeProvider.System.GetElapsedTime(started);
            if (elapsed.TotalSeconds > seconds)
            {
                Assert.Fail(otherwise());
            }

            var pause = elapsed / 20;
            await Task.Delay(pause < Soonest ? Soonest : pause > (latest ?? Latest) ? latest ?? Latest : pause, TimeProvider.System);
        }
    }

    /// <summary>The same of what is known without waiting.</summary>
    public static Task HoldsAsync(Func<bool> holds, Func<string> otherwise, double seconds = 30, TimeSpan? latest = null) =>
        HoldsAsync(() => Task.FromResult(holds()), otherwise, seconds, latest);
}
