using System.Diagnostics;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;
using Workers.RabbitMq.Tests.Intake;
using Workers.Testing.Broker;

namespace Workers.RabbitMq.Tests.Producers;

/// <summary>Its examples are run as they stand there, against a fleet.</summary>
[Category("Integration")]
internal sealed class When_the_readme_is_followed : IntakeTest
{
    /// <summary>Debian's own: python3-pika is made for no other.</summary>
    private const string Python = "/usr/bin/python3";

    [Test]
    public async Task A_job_is_submitted_from_Python_and_its_end_is_heard()
    {
        using var python = await StartPythonAsync("submit.py");

        var output = await python.EndAsync();

        var jobId = JobIdentity.JobId(Tenant, "harbour-from-python");
        Assert.That(output.Split('\n', StringSplitOptions.RemoveEmptyEntries), Is.EquivalentTo((string[])[$"job-accepted {jobId}", $"job-started {jobId}", $"job-succeeded {jobId}"]));
    }

    [Test]
    public async Task A_subscriber_in_Python_hears_every_event_of_its_tenant()
    {
        using var python = await StartPythonAsync("subscribe.py");
        await Eventually(async () => await HasQueueAsync(), () => "The subscriber should declare its queue.");

        await Submit();

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        List<string> names = [];
        while (names.Count < 3)
        {
            names.Add((await python.Output.ReadLineAsync(patience.Token))!.Split(" {'jobId': ")[0]);
        }

        Assert.That(names, Is.EquivalentTo((string[])["acme.job-accepted", "acme.job-started", "acme.job-succeeded"]));

        async Task<bool> HasQueueAsync()
        {
            using var response = await Broker.Management.GetAsync(new Uri($"api/bindings/{Broker.Name}/e/workers-events/q/acme-jobs", UriKind.Relative));
            return response.IsSuccessStatusCode && (await response.Content.ReadAsStringAsync()).Contains("acme.*", StringComparison.Ordinal);
        }
    }

    [Test]
    public async Task A_job_is_submitted_with_curl()
    {
        var management = (await TestBroker.RequireAsync()).Management;
        using var shell = ReadmeExample.Start("submit.sh", "/bin/sh", new Dictionary<string, string>
        {
            ["WORKERS_RABBITMQ_UI"] = management.ToString().TrimEnd('/'),
            ["WORKERS_RABBITMQ_VHOST"] = Broker.Name,
        });

        Assert.That(await shell.EndAsync(), Is.EqualTo("""{"routed":true}"""));
        await Heard<JobSucceeded>(e => e.JobId == JobIdentity.JobId(Tenant, "harbour-from-curl"));
    }

    private async Task<ReadmeExample> StartPythonAsync(string name)
    {
        if (!File.Exists(Python))
        {
            Assert.Ignore($"There is no {Python}, which runs the README's examples.");
        }

        using var probe = Process.Start(new ProcessStartInfo(Python, "-c \"import pika\"") { RedirectStandardError = true })!;
        await probe.WaitForExitAsync();
        if (probe.ExitCode != 0)
        {
            Assert.Ignore($"{Python} has no pika, which the README's examples need: apt-get install python3-pika.");
        }

        return ReadmeExample.Start(name, Python, new Dictionary<string, string> { ["WORKERS_RABBITMQ"] = Broker.Url });
    }
}
