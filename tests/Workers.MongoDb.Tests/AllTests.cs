using Workers.Testing;
using Workers.Testing.Stores;

/// <summary>What all tests of this assembly share.</summary>
[SetUpFixture]
internal sealed class AllTests
{
    /// <summary>Callers of a server meet on nearly every item.</summary>
    [OneTimeSetUp]
    public void RacesAreShort() => Race.Items = 100;

    [OneTimeTearDown]
    public Task DatabasesAreDropped() => TestDatabase.DropEmptiedAsync();
}
