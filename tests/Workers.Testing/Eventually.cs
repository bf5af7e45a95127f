namespace Workers.Testing;

/// <summary>Waits for what should come true.</summary>
public static class Eventually
{
    /// <summary>Waits until <paramref name="holds"/>, and fails the test with what <paramref name="otherwise"/> says where it takes longer.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> holds, Func<string> otherwise, double seconds = 30)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            if (TimeProvider.System.GetElapsedTime(started).TotalSeconds > seconds)
            {
                Assert.Fail(otherwise());
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    /// <summary>The same of what is known without waiting.</summary>
    public static Task HoldsAsync(Func<bool> holds, Func<string> otherwise, double seconds = 30) => HoldsAsync(() => Task.FromResult(holds()), otherwise, seconds);
}
