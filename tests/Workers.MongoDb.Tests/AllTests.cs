using Workers.Testing;

/// <summary>What all tests of this assembly share.</summary>
[SetUpFixture]
internal sealed class AllTests : SharedServers
{
    /// <summary>Callers of a server meet on nearly every item.</summary>
    [OneTimeSetUp]
    public void RacesAreShort() => Race.Items = 100;
}
