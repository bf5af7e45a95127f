using System.CommandLine;
using Workers.Host.Starting;

namespace Workers.Host.Tests.Starting;

internal sealed class When_a_process_can_not_start : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("workers-host-");
    private readonly StringWriter _error = new();
    private string? _roles;

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        _error.Dispose();
    }

    [Test]
    public async Task Every_fault_of_the_settings_is_told_at_once_and_no_value()
    {
        var settings = Write(
            """
            {
              "RabbitMq": { "Url": "http://user:canary-password@host", "DeliveryLimit": 0 },
              "Shutdown": { "Grace": "1.00:00:00" },
              "Polling": { "Tick": "-00:00:01" },
              "Accounts": { "main": { "Provider": "seedance", "ApiKey": "canary key" } }
            }
            """);
        Assert.That(await RunAsync("--config", settings), Is.EqualTo(1));
        foreach (var field in new[] { "RabbitMq:Url", "DeliveryLimit", "Grace", "Tick", "Accounts:main:ApiKey" })
        {
            Assert.That(_error.ToString(), Does.Contain(field));
        }

        Assert.That(_error.ToString(), Does.StartWith("The settings are wrong:\n  ").And.Not.Contains("canary").And.Not.Contains("   at "));
    }

    [Test]
    public async Task A_buffer_for_Seq_that_can_not_be_written_to_is_told_before_anything_is_logged()
    {
        var settings = Write($$"""{ "Log": { "Seq": "http://127.0.0.1:1", "SeqBuffer": "{{_folder.FullName}}/settings.json/below-a-file" } }""");
        Assert.That(await RunAsync("--config", settings), Is.EqualTo(1));
        Assert.That(_error.ToString(), Does.Contain("Log:SeqBuffer names a directory that can't be written to"));
    }

    [TestCase("RabbitMq:DeliveryLimit", "canary")]
    [TestCase("Shutdown:Grace", "canary")]
    public async Task A_value_of_the_wrong_type_is_named_by_its_field(string field, string value)
    {
        var settings = Write($$"""{ "{{field}}": "{{value}}" }""");
        Assert.That(await RunAsync("--config", settings), Is.EqualTo(1));
        Assert.That(_error.ToString(), Does.Contain(field).And.Not.Contains("   at "));
    }

    [Test]
    public async Task A_role_that_there_is_not_is_refused_with_the_list()
    {
        Assert.That(await RunAsync("--roles", "lifecycle,pooling"), Is.EqualTo(1));
        Assert.That(_error.ToString(), Does.Contain("There is no role pooling. Give one or more of lifecycle, submission, polling, retrieval, failures"));
    }

    [Test]
    public async Task The_environment_names_roles_too()
    {
        _roles = "pooling";
        Assert.That(await RunAsync(), Is.EqualTo(1));
        Assert.That(_error.ToString(), Does.Contain("There is no role pooling."));
    }

    [Test]
    public async Task Some_roles_alone_are_refused_while_each_process_remembers_for_itself()
    {
        Assert.That(await RunAsync("--roles", "lifecycle,polling"), Is.EqualTo(1));
        Assert.That(_error.ToString(), Does.Contain("lifecycle, polling only").And.Contains("--ephemeral"));
    }

    [Test]
    public async Task A_real_provider_is_refused_while_nothing_outlives_the_process()
    {
        var settings = Write("""{ "Accounts": { "main": { "Provider": "seedance", "BaseAddress": "https://ark.example.com/api/v3/", "Region": "ap-southeast", "ApiKey": "canary" } } }""");
        Assert.That(await RunAsync("--config", settings), Is.EqualTo(1));
        Assert.That(_error.ToString(), Does.Contain("ark.example.com is a real provider").And.Contains("--ephemeral").And.Not.Contains("canary"));
    }

    [Test]
    public async Task A_file_of_settings_that_is_not_there_is_named()
    {
        Assert.That(await RunAsync("--config", "/nowhere/settings.json"), Is.EqualTo(1));
        Assert.That(_error.ToString(), Does.Contain("there is no file or directory /nowhere/settings.json"));
    }

    [Test]
    public async Task A_file_that_is_no_settings_is_named_and_not_repeated()
    {
        var settings = Write("canary");
        Assert.That(await RunAsync("--config", settings), Is.EqualTo(1));
        Assert.That(_error.ToString(), Does.Contain($"the file {settings} is no JSON").And.Not.Contains("canary"));
    }

    private Task<int> RunAsync(params string[] arguments) =>
        new HostCommand(name => name == "WORKERS_ROLES" ? _roles : null, (settings, error) => FleetProcess.RunAsync(settings, error))
            .RunAsync(["--urls", "http://127.0.0.1:0", .. arguments], new InvocationConfiguration { Error = _error, Output = TextWriter.Null })
            .WaitAsync(TimeSpan.FromSeconds(30)); // one that starts all the same runs on

    private string Write(string json)
    {
        var path = Path.Combine(_folder.FullName, "settings.json");
        File.WriteAllText(path, json);
        return path;
    }
}
