using System.CommandLine;
using System.Net;
using Workers.Host.Starting;
using Workers.Host.Tests.Support;
using Workers.Testing.Broker;

namespace Workers.Host.Tests.Health;

internal sealed class When_a_process_is_asked_by_command
{
    [Test]
    [Category("Integration")]
    public async Task One_that_can_work_is_ready()
    {
        await using var broker = await VirtualHost.CreateAsync();
        await using var process = HostProcess.Start(new Dictionary<string, string?> { ["RabbitMq:Url"] = broker.Url });
        await process.IsAsync(HttpStatusCode.OK);

        Assert.That(await HealthAsync(_ => null, "--urls", process.Address.ToString()), Is.EqualTo((0, "ready", "")));
        Assert.That(await HealthAsync(Variable("ASPNETCORE_URLS", $"https://+:1;http://+:{process.Address.Port}")), Is.EqualTo((0, "ready", "")));
        Assert.That(await HealthAsync(Variable("ASPNETCORE_HTTP_PORTS", $"{process.Address.Port}")), Is.EqualTo((0, "ready", "")));
    }

    [Test]
    public async Task One_that_waits_is_not_and_says_for_what()
    {
        await using var process = HostProcess.Start(new Dictionary<string, string?> { ["RabbitMq:Url"] = "amqp://127.0.0.1:1/" });
        await process.IsAsync(HttpStatusCode.ServiceUnavailable, "does not answer");

        var (code, output, error) = await HealthAsync(_ => null, "--urls", process.Address.ToString());

        Assert.That((code, output), Is.EqualTo((1, "")));
        Assert.That(error, Does.StartWith("not ready").And.Contain("broker: The broker at amqp://127.0.0.1:1/ does not answer"));
    }

    [Test]
    public async Task Where_nobody_listens_it_is_said() =>
        Assert.That(await HealthAsync(_ => null, "--urls", "http://127.0.0.1:1"), Is.EqualTo((1, "", "http://127.0.0.1:1/health/ready does not answer (ConnectionError).")));

    [Test]
    public async Task Addresses_that_can_not_be_asked_are_named()
    {
        var (code, _, error) = await HealthAsync(_ => null, "--urls", "https://+:8443");

        Assert.That(code, Is.EqualTo(1));
        Assert.That(error, Does.Contain("No http address").And.Contain("https://+:8443").And.Contain("--urls"));
    }

    private static Func<string, string?> Variable(string name, string value) => asked => asked == name ? value : null;

    private static async Task<(int Code, string Output, string Error)> HealthAsync(Func<string, string?> environment, params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        var command = new HostCommand(environment, (_, _) => throw new InvalidOperationException("It should ask, and not run."));
        var code = await command.RunAsync(["health", .. arguments], new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString().Trim(), error.ToString().Trim());
    }
}
