using System.Net.Http.Json;
using Workers.Testing.Broker;

namespace Workers.RabbitMq.Tests.Connections;

[Category("Integration")]
internal sealed class When_credentials_lie_in_files
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("workers-credentials-");
    private readonly string _user = $"test-{Guid.NewGuid():N}";
    private VirtualHost _host = null!;

    [SetUp]
    public async Task MakeUser()
    {
        _host = await VirtualHost.CreateAsync();
        await RotateAsync("canary-one");
        using var permissions = await _host.Management.PutAsJsonAsync(Api($"api/permissions/{_host.Name}/{_user}"), new { configure = ".*", write = ".*", read = ".*" });
        permissions.EnsureSuccessStatusCode();
        Write("user", _user);
        Write("password", "canary-one\n");
    }

    [TearDown]
    public async Task RemoveUser()
    {
        _folder.Delete(recursive: true);
        using var response = await _host.Management.DeleteAsync(Api($"api/users/{_user}"));
        await _host.DisposeAsync();
    }

    [Test]
    public async Task A_password_that_was_rotated_is_read_at_the_next_connect_although_the_old_one_was_refused()
    {
        await using var wire = new BrokerProxy(new Uri(_host.Url));
        await using var bus = await ConnectedBus.StartAsync(Through(wire));
        await bus.HearsAsync("hello");
        await RotateAsync("canary-two");
        await LoseConnectionAsync(bus, wire);
        await bus.EventuallyAsync(() => Task.FromResult(bus.Logs.Contains("refuses the user or the password", StringComparison.Ordinal)), "The old password should be refused.");

        Write("password", "canary-two");
        await bus.HearsAsync("hello again");
        Assert.That(bus.Logs, Does.Contain("No messages are taken from spoken until it is connected again").And.Contains("Messages are taken from spoken again"));
        Assert.That(bus.Logs, Does.Not.Contain("canary"));
    }

    [Test]
    public async Task A_file_that_is_being_replaced_may_be_missing_for_a_while()
    {
        await using var wire = new BrokerProxy(new Uri(_host.Url));
        await using var bus = await ConnectedBus.StartAsync(Through(wire));
        await bus.HearsAsync("hello");
        File.Delete(PathOf("password"));
        await LoseConnectionAsync(bus, wire);
        await bus.EventuallyAsync(() => Task.FromResult(bus.Logs.Contains($"the file {PathOf("password")} can't be read", StringComparison.Ordinal)), "The missing file should be told.");

        Write("password", "canary-one");
        await bus.HearsAsync("hello again");
        Assert.That(bus.Logs, Does.Not.Contain("canary"));
    }

    [Test]
    public async Task A_wrong_password_is_told_in_words_without_it()
    {
        Write("password", "canary-three");
        await using var bus = await ConnectedBus.StartAsync(("Url", _host.Url), ("UsernameFile", PathOf("user")), ("PasswordFile", PathOf("password")));
        await bus.WaitsForAsync("refuses the user or the password");
        Write("password", "canary-one");
        await bus.HearsAsync("hello");
        Assert.That(bus.Logs, Does.Not.Contain("canary"));
    }

    private (string Key, string? Value)[] Through(BrokerProxy wire) =>
        [("Url", $"amqp://127.0.0.1:{wire.Url.Port}/{_host.Name}"), ("UsernameFile", PathOf("user")), ("PasswordFile", PathOf("password"))];

    private static async Task LoseConnectionAsync(ConnectedBus bus, BrokerProxy wire)
    {
        wire.Cut();
        await bus.EventuallyAsync(async () => (await bus.HealthAsync()).Entries["queues"].Description is not null, "The connection should be noticed to be lost.");
        wire.Mend();
    }

    private async Task RotateAsync(string password)
    {
        using var response = await _host.Management.PutAsJsonAsync(Api($"api/users/{_user}"), new { password, tags = "" });
        response.EnsureSuccessStatusCode();
    }

    private void Write(string name, string text) => File.WriteAllText(PathOf(name), text);

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private static Uri Api(string path) => new(path, UriKind.Relative);
}
