using System.Net;
using Microsoft.AspNetCore.Http;
using Workers.Host.Health;

namespace Workers.Host.Tests.Health;

internal sealed class HealthOptionsTests
{
    [TestCase("127.0.0.1", ExpectedResult = true)]
    [TestCase("127.8.9.10", ExpectedResult = true)]
    [TestCase("::1", ExpectedResult = true)]
    [TestCase("::ffff:127.0.0.1", ExpectedResult = true)]
    [TestCase("10.1.2.3", ExpectedResult = false)]
    [TestCase("fd00::1", ExpectedResult = false)]
    [TestCase(null, ExpectedResult = false)]
    public bool ByDefaultCallersOnTheMachineAreTold(string? address) => new HealthOptions().MayBeToldTo(Caller(address));

    [TestCase("X-Forwarded-For")]
    [TestCase("x-forwarded-proto")]
    [TestCase("Forwarded")]
    [TestCase("Via")]
    public void WhoeverCameByAProxyIsNot(string header)
    {
        var caller = Caller("127.0.0.1");
        caller.Request.Headers[header] = "anything";

        Assert.That(new HealthOptions().MayBeToldTo(caller), Is.False);
    }

    [TestCase(HealthDetails.Always, "10.1.2.3", ExpectedResult = true)]
    [TestCase(HealthDetails.Never, "127.0.0.1", ExpectedResult = false)]
    public bool OrEverybodyIsOrNobody(HealthDetails details, string address) => new HealthOptions { Details = details }.MayBeToldTo(Caller(address));

    [Test]
    public void AWordThatThereIsNotIsRefused() =>
        Assert.That(new HealthOptionsValidator().Validate(null, new HealthOptions { Details = (HealthDetails)7 }).FailureMessage, Does.Contain("Details must be one of Always, Local, Never"));

    private static DefaultHttpContext Caller(string? address) => new() { Connection = { RemoteIpAddress = address is null ? null : IPAddress.Parse(address) } };
}
