using Workers.Contracts;
using Workers.Providers.Http;
using Workers.Providers.Tests.Support;

namespace Workers.Providers.Tests.Http;

internal sealed class ReferenceAddressTests
{
    private static string Resolve(Reference reference)
    {
        using var host = new ProviderHost(settings: new Dictionary<string, string?> { ["ObjectStore:BaseAddress"] = "https://media.example.com/jobs/" });
        return host.Get<ReferenceAddress>().Resolve(reference).OriginalString;
    }

    [Test]
    public void AUriStaysAsItIs() =>
        Assert.That(Resolve(new() { Uri = "https://media.example.com/a%2fb?X=%2F" }), Is.EqualTo("https://media.example.com/a%2fb?X=%2F"));

    [TestCase("a/b.png", null, "https://media.example.com/jobs/a/b.png")]
    [TestCase("a b/ü?#.png", null, "https://media.example.com/jobs/a%20b/%C3%BC%3F%23.png")]
    [TestCase("a.png", "v 1&x", "https://media.example.com/jobs/a.png?versionId=v%201%26x")]
    [TestCase("%2e%2e/a", null, "https://media.example.com/jobs/%252e%252e/a")]
    public void AKeyIsJoinedToTheStore(string key, string? version, string address) =>
        Assert.That(Resolve(new() { ObjectKey = key, Version = version }), Is.EqualTo(address));

    [TestCase("../a")]
    [TestCase("a/../../b")]
    [TestCase("a/./b")]
    [TestCase("/a")]
    [TestCase("a//b")]
    [TestCase("")]
    [TestCase("a\nb")]
    public void AKeyDoesNotLeaveTheStore(string key) => Assert.That(() => Resolve(new() { ObjectKey = key }), Throws.ArgumentException);
}
