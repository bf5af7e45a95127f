using System.Security.Cryptography;
using Workers.Contracts;
using Workers.Testing.Fleet;

namespace Workers.Jobs.Tests.Lifecycle;

internal sealed class When_a_job_is_submitted : FleetTest
{
    [Test]
    public async Task It_succeeds_and_its_output_lies_on_disk_whole()
    {
        await StartFleet();

        var jobId = await Submit();

        var succeeded = await Heard<JobSucceeded>(e => e.JobId == jobId);
        var output = succeeded.Outputs.Single();
        var stored = await File.ReadAllBytesAsync(Path.Combine(ResultsRoot, output.Path));
        Assert.That(Convert.ToHexStringLower(SHA256.HashData(stored)), Is.EqualTo(output.Sha256));
        Assert.That(output.Sha256, Is.EqualTo(Simulator.Ledger.OutputSha256(Simulator.Ledger.Tasks.Single().Id)));
        Assert.That(output.MediaType, Is.EqualTo("video/mp4"));
    }

    [Test]
    public async Task Its_cost_is_what_the_provider_bills()
    {
        await StartFleet();

        var jobId = await Submit(Submission(parameters: [("resolution", "720p"), ("ratio", "16:9"), ("duration", 5)]));

        var succeeded = await Heard<JobSucceeded>(e => e.JobId == jobId);
        Assert.That(succeeded.Cost.Actual, Is.EqualTo(Simulator.Ledger.Invoice.Single().AmountUsd));
        Assert.That(succeeded.Cost.Estimated, Is.EqualTo(succeeded.Cost.Actual));
    }
}
