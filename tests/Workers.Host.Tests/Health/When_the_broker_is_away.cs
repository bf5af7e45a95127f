using System.Net;
using Workers.Host.Tests.Support;
using Workers.Testing.Broker;

namespace Workers.Host.Tests.Health;

[Category("Integration")]
internal sealed class When_the_broker_is_away
{
    private const string Canary = "canary-password";

    [Test]
    public async Task The_process_starts_says_what_it_waits_for_and_goes_on_by_itself()
    {
        await using var broker = await VirtualHost.CreateAsync();
        await using var wire = new BrokerProxy(new Uri(broker.Url));
        wire.Cut();
        await using var process = HostProcess.Start(new Dictionary<string, string?> { ["RabbitMq:Url"] = wire.Url.ToString() });

        var reason = $"The broker at amqp://127.0.0.1:{wire.Url.Port}/{broker.Name} does not answer";
        await process.IsAsync(HttpStatusCode.ServiceUnavailable, reason);
        await process.AnswersAsync("health/startup", HttpStatusCode.ServiceUnavailable, reason);
        Assert.That(await process.AnswersProxyAsync("health/ready"), Is.EqualTo("""{"status":"unhealthy"}"""), "a stranger");
        Assert.That((await process.LiveAsync()).GetProperty("status").GetString(), Is.EqualTo("healthy"), "it lives");
        await process.WritesAsync("Waiting for the broker, asked again in");
        wire.Mend();
        await process.IsAsync(HttpStatusCode.OK);
        await process.AnswersAsync("health/startup", HttpStatusCode.OK);
        Assert.That(await broker.CountAsync("workers-start-job"), Is.Zero, "the queues are there");

        wire.Cut();
        var body = await process.IsAsync(HttpStatusCode.ServiceUnavailable, "No messages are taken from workers-cancel-task, workers-failures,");
        Assert.That(body, Does.Not.Contain("workers-host_").And.Not.Contains("_bus_"));
        await process.AnswersAsync("health/startup", HttpStatusCode.OK);
        wire.Mend();
        await process.IsAsync(HttpStatusCode.OK);

        await process.TerminateAsync();
        Assert.That(await process.EndsAsync(), Is.Zero, process.Output);
    }

    [Test]
    public async Task A_process_that_still_waits_ends_at_once_when_asked_to()
    {
        await using var process = HostProcess.Start(new Dictionary<string, string?> { ["RabbitMq:Url"] = "amqp://127.0.0.1:1/" });
        await process.WritesAsync("Waiting for the broker, asked again in");
        await process.TerminateAsync();
        Assert.That(await process.EndsAsync(seconds: 5), Is.Zero, process.Output);
    }

    [Test]
    public async Task A_refused_password_is_told_and_never_shown()
    {
        var broker = await TestBroker.RequireAsync();
        var url = new UriBuilder(broker.Amqp) { UserName = "canary-user", Password = Canary }.Uri.ToString();
        await using var process = HostProcess.Start(new Dictionary<string, string?>
        {
            ["RabbitMq:Url"] = url,
            ["Serilog:MinimumLevel:Default"] = "Verbose",
            ["Serilog:MinimumLevel:Override:MassTransit"] = "Verbose",
            ["Serilog:MinimumLevel:Override:Microsoft.Extensions.Diagnostics.HealthChecks"] = "Verbose",
        });
        var body = await process.IsAsync(HttpStatusCode.ServiceUnavailable, "refuses the user or the password");
        await process.WritesAsync("refuses the user or the password");
        Assert.That(body + process.Output, Does.Not.Contain(Canary).And.Not.Contains("canary-user"));
    }
}
