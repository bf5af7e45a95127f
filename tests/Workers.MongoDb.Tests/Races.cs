using Workers.Testing;

/// <summary>Callers of a server meet on nearly every item.</summary>
[SetUpFixture]
internal sealed class Races
{
    [OneTimeSetUp]
    public void AreShort() => Race.Items = 100;
}
