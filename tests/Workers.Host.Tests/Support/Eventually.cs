namespace Workers.Host.Tests.Support;

/// <summary>Waits for what should come true.</summary>
internal static class Eventually
{
    public static async Task HoldsAsync(Func<Task<bool>> holds, Func<string> otherwise, double seconds = 30)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            if (TimeProvider.System.GetElapsedTime(started).TotalSeconds > seconds)
            {
                Assert.Fail(otherwise());
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }
}
