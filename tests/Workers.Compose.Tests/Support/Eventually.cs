namespace Workers.Compose.Tests.Support;

/// <summary>Waits for what should come true.</summary>
internal static class Eventually
{
    public static async Task HoldsAsync(Func<Task<bool>> holds, Func<string> otherwise, TimeSpan within)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            if (TimeProvider.System.GetElapsedTime(started) > within)
            {
                Assert.Fail(otherwise());
            }

            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);
        }
    }
}
