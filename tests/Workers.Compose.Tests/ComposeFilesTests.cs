using System.Text.Json;
using Workers.Compose.Tests.Support;

namespace Workers.Compose.Tests;

/// <summary>What the compose files name is there, alone and laid over each other.</summary>
internal sealed class ComposeFilesTests
{
    [TestCase("compose.yaml")]
    [TestCase("compose.yaml", "cluster.yaml")]
    [TestCase("compose.yaml", "observability.yaml")]
    [TestCase("compose.yaml", "cluster.yaml", "observability.yaml")]
    public async Task What_they_mount_is_there(params string[] files)
    {
        var model = await ModelAsync(files);
        var services = model.GetProperty("services").EnumerateObject().ToList();

        var mounted = services.Where(service => service.Value.TryGetProperty("volumes", out _))
            .SelectMany(service => service.Value.GetProperty("volumes").EnumerateArray())
            .Where(volume => volume.GetProperty("type").GetString() == "bind")
            .Select(volume => volume.GetProperty("source").GetString()!);
        Assert.That(mounted.Where(path => !File.Exists(path)), Is.Empty);
    }

    [Test]
    public async Task Each_secret_is_made_and_none_is_kept_in_the_repository()
    {
        var script = await File.ReadAllTextAsync(Path.Combine(Stack.Repository, "compose", "make-secrets.sh"));
        var model = await ModelAsync("compose.yaml", "cluster.yaml", "observability.yaml");
        var secrets = model.GetProperty("secrets").EnumerateObject().Select(secret => secret.Value.GetProperty("file").GetString()!).ToList();

        Assert.That(secrets, Is.Not.Empty);
        Assert.That(secrets.Where(file => !script.Contains(Path.GetFileName(file), StringComparison.Ordinal)), Is.Empty, "make-secrets.sh makes each");
        Assert.That(await File.ReadAllLinesAsync(Path.Combine(Stack.Repository, ".gitignore")), Does.Contain("compose/secrets/"));
        Assert.That(secrets.Select(Path.GetDirectoryName).Distinct(), Is.EqualTo(new[] { Path.Combine(Stack.Repository, "compose", "secrets") }));
    }

    [Test]
    public async Task Only_roles_that_call_the_provider_have_its_key()
    {
        var model = await ModelAsync("compose.yaml", "cluster.yaml", "observability.yaml");
        var services = model.GetProperty("services").EnumerateObject().ToList();

        Assert.That(Names(service => service.TryGetProperty("secrets", out var secrets) && Has(secrets)), Is.EquivalentTo(["submission", "polling", "retrieval"]));
        Assert.That(Names(service => service.TryGetProperty("environment", out var environment) && Has(environment)), Is.EquivalentTo(["submission", "polling", "retrieval"]));

        static bool Has(JsonElement part) => part.GetRawText().Contains("provider-key", StringComparison.Ordinal);

        IEnumerable<string> Names(Func<JsonElement, bool> which) => services.Where(service => which(service.Value)).Select(service => service.Name);
    }

    [Test]
    public async Task Every_service_that_stays_is_limited_and_starts_again()
    {
        var model = await ModelAsync("compose.yaml", "cluster.yaml", "observability.yaml");
        foreach (var service in model.GetProperty("services").EnumerateObject().Where(service => service.Name != "mongodb-members"))
        {
            var text = service.Value.GetRawText();
            Assert.That(service.Value.GetProperty("restart").GetString(), Is.EqualTo("unless-stopped"), service.Name);
            Assert.That(service.Value.GetProperty("deploy").GetProperty("resources").GetProperty("limits").EnumerateObject().Select(limit => limit.Name), Is.EquivalentTo(["cpus", "memory"]), service.Name);
            Assert.That(text, Does.Contain("no-new-privileges:true").And.Contain("\"ALL\""), service.Name);
        }
    }

    /// <summary>The files as compose understands them, without the profiles. Ignored where there is no compose.</summary>
    private static async Task<JsonElement> ModelAsync(params string[] files)
    {
        if (await Docker.TryAsync(new Dictionary<string, string>(), "compose", "version") is { Code: not 0 } or { Output: "" })
        {
            Assert.Ignore("There is no Docker compose on this machine.");
        }

        var environment = new Dictionary<string, string> { ["COMPOSE_FILE"] = string.Join(':', files.Select(file => Path.Combine("compose", file))) };
        using var document = JsonDocument.Parse(await Docker.RunAsync(environment, "compose", "config", "--format", "json"));
        return document.RootElement.Clone();
    }
}
