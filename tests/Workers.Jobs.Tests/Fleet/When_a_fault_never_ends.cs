using Workers.Contracts;
using Workers.Jobs.Failpoints;
using Workers.Jobs.Lifecycle;
using Workers.Providers.Http;
using Workers.Simulator;
using Workers.Testing.Fleet;

namespace Workers.Jobs.Tests.Fleet;

/// <summary>The table "Who tries again" of src/README.md: what a fault that never ends costs in calls, counted at the provider.</summary>
internal sealed class When_a_fault_never_ends : FleetTest
{
    private const int Deliveries = 1 + RedeliveryOptions.Redeliveries;

    private static readonly int Calls = 1 + new HttpOptions().Retries;

    [Test]
    public async Task A_create_that_is_surely_refused_is_called_once_for_each_attempt()
    {
        await StartFleet();

        var jobId = await Submit(Submission("a lighthouse [simulate task fail InternalServiceError]"));

        await Heard<JobFailed>(e => e.JobId == jobId);
        CallsShouldBe(Operation.Create, new LifecycleOptions().MaxAttempts);
    }

    [Test]
    public async Task A_create_whose_outcome_nobody_knows_is_called_once_for_each_attempt()
    {
        await StartFleet();

        var jobId = await Submit(Submission("a lighthouse [simulate create answer 500 InternalServiceError]"));

        await Heard<JobFailed>(e => e.JobId == jobId, seconds: 60);
        CallsShouldBe(Operation.Create, new LifecycleOptions().MaxAttempts);
    }

    [Test]
    public async Task An_output_that_can_not_be_had_is_asked_for_by_each_delivery_with_its_retries()
    {
        await StartFleet();

        var jobId = await Submit(Submission("a lighthouse [simulate download answer 500]"));

        await JobShouldBeBlocked(jobId, FailureBucket.ServerError);
        CallsShouldBe(Operation.Download, Deliveries * Calls);
        CallsShouldBe(Operation.Create, 1);
    }

    [Test]
    public async Task A_consumer_that_always_throws_makes_no_call_and_has_its_message_delivered_so_often()
    {
        var deliveries = 0;
        Failpoints.Arm(Failpoint.BeforeAttempt, _ =>
        {
            Interlocked.Increment(ref deliveries);
            throw new InvalidOperationException("A bug.");
        });
        await StartFleet();

        var jobId = await Submit();

        await JobShouldBeBlocked(jobId, FailureBucket.Unknown);
        Assert.That(deliveries, Is.EqualTo(Deliveries));
        CallsShouldBe(Operation.Create, 0);
    }

    private void CallsShouldBe(Operation operation, int count) =>
        Assert.That(Simulator.Ledger.Requests.Count(request => request.Operation == operation), Is.EqualTo(count), $"{operation} calls");
}
