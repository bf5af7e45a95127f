using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Workers.Jobs.Retention;

namespace Workers.Jobs.Tests.Retention;

internal sealed class RetentionOptionsTests
{
    [Test]
    public void ATenantsOwnTimeHoldsElseTheUsualOne()
    {
        var options = Read(("Retention:KeepEndedFor", "10.00:00:00"), ("Retention:Tenants:acme", "30.00:00:00"), ("Retention:Tenants:brief", "1.00:00:00"));

        Assert.That(options.Of("acme"), Is.EqualTo(TimeSpan.FromDays(30)));
        Assert.That(options.Of("studio"), Is.EqualTo(TimeSpan.FromDays(10)));
        Assert.That(options.Longest, Is.EqualTo(TimeSpan.FromDays(30)));
        Assert.That(Read().Of("acme"), Is.EqualTo(TimeSpan.FromDays(7)));
    }

    [TestCase("Retention:KeepEndedFor", "23:59:59", "KeepEndedFor")]
    [TestCase("Retention:KeepAuditFor", "23:59:59", "KeepAuditFor")]
    [TestCase("Retention:Tenants:acme", "23:59:59", "Retention:Tenants:acme (23:59:59) must be from 1.00:00:00")]
    [TestCase("Retention:Tenants:acme", "4000.00:00:00", "Retention:Tenants:acme")]
    [TestCase("Retention:Tenants:a cme", "2.00:00:00", "1 to 64 letters")]
    public void WhatWouldLetAKeyGoTooEarlyIsRefused(string key, string value, string expected)
    {
        var fault = Assert.Throws<OptionsValidationException>(() => Read((key, value)));

        Assert.That(fault.Message, Does.Contain(expected));
        Assert.That(fault.Message, Does.Not.Contain("a cme"));
    }

    private static RetentionOptions Read(params (string Key, string Value)[] settings)
    {
        using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build())
            .AddRetention()
            .BuildServiceProvider();
        return services.GetRequiredService<IOptions<RetentionOptions>>().Value;
    }
}
