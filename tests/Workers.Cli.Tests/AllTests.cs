using Workers.Testing;

/// <summary>What all tests of this assembly share.</summary>
[SetUpFixture]
internal sealed class AllTests : SharedServers;
