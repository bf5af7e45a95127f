using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Workers.MongoDb.Tests.Connections;

/// <summary>What the options say of TLS is judged at start.</summary>
internal sealed class StoreTlsOptionsTests
{
    private static IReadOnlyList<string> Faults(string url, params (string Key, string Value)[] tls)
    {
        var settings = tls.Select(one => KeyValuePair.Create($"MongoDb:Tls:{one.Key}", (string?)one.Value)).Append(new("MongoDb:Url", url));
        using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
            .AddMongoDbStores()
            .BuildServiceProvider();
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
            return [];
        }
        catch (OptionsValidationException fault)
        {
            return [.. fault.Failures];
        }
    }

    [Test]
    public void AFileThatIsNotThereIsTold() => Assert.That(
        Faults("mongodb://localhost/?tls=true", ("AuthorityFile", "/nowhere/authority.pem"), ("KeyFile", "/nowhere/key.pem")),
        Is.EqualTo(
        [
            "MongoDb:Tls:AuthorityFile: there is no file /nowhere/authority.pem, or it can't be read.",
            "MongoDb:Tls:KeyFile: there is no file /nowhere/key.pem, or it can't be read.",
            "MongoDb:Tls: CertificateFile and KeyFile go together, and one of them is missing.",
        ]));

    [TestCase("mongodb://localhost/", "MongoDb:Tls: says how to speak TLS, and Url does not ask for it. Add tls=true to Url.")]
    [TestCase("mongodb://localhost/?tls=true&tlsInsecure=true", "MongoDb:Tls: says whom to trust, and Url trusts everybody. Take tlsInsecure out of Url.")]
    [TestCase("mongodb://localhost/?tls=true", null)]
    public void AnAddressThatSaysTheContraryIsTold(string url, string? fault) =>
        Assert.That(Faults(url, ("ServerName", "mongo.example.org")), Is.EqualTo(fault is null ? Array.Empty<string>() : [fault]));
}
