using Workers.Compose.Tests.Support;

namespace Workers.Compose.Tests;

/// <summary>Starts the stack before the first test and removes it, with its volumes, after the last.</summary>
[SetUpFixture]
internal sealed class Containers
{
    public static Stack Stack { get; } = new();

    /// <summary>Why there are none.</summary>
    public static string? Missing { get; private set; }

    [OneTimeSetUp]
    public async Task UpAsync()
    {
        Missing = await Stack.MissingAsync();
        if (Missing is null)
        {
            await Stack.UpAsync();
        }
    }

    [OneTimeTearDown]
    public async Task DownAsync()
    {
        if (Missing is null)
        {
            await Stack.DownAsync();
        }
    }
}
