using Workers.Compose.Tests.Support;

namespace Workers.Compose.Tests;

/// <summary>Starts the stack before the first test that asks for it, and removes it, with its volumes, after the last.</summary>
[SetUpFixture]
internal sealed class Containers
{
    private static readonly Lazy<Task<string?>> Started = new(UpAsync);

    public static Stack Stack { get; } = new();

    /// <summary>Ignores the running test, with the reason, where there can be no containers.</summary>
    public static async Task RequireAsync()
    {
        if (await Started.Value is { } reason)
        {
            Assert.Ignore(reason);
        }
    }

    [OneTimeTearDown]
    public async Task DownAsync()
    {
        if (Started.IsValueCreated && await Started.Value is null)
        {
            await Stack.DownAsync();
        }
    }

    private static async Task<string?> UpAsync()
    {
        if (await Stack.MissingAsync() is { } reason)
        {
            return reason;
        }

        await Stack.UpAsync();
        return null;
    }
}
