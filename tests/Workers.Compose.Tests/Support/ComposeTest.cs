namespace Workers.Compose.Tests.Support;

/// <summary>A test on the one stack of this assembly.</summary>
internal abstract class ComposeTest
{
    protected static Stack Stack => Containers.Stack;

    [SetUp]
    public Task RequireContainers() => Containers.RequireAsync();
}
