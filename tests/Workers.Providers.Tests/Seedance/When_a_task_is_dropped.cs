using System.Net;
using Workers.Contracts;
using Workers.Providers.Tests.Support;

namespace Workers.Providers.Tests.Seedance;

internal sealed class When_a_task_is_dropped
{
    private readonly ScriptedArk _ark = new();

    private async Task<CancelOutcome> Cancel()
    {
        await using var host = new ProviderHost(_ark);
        return await host.Seedance.CancelAsync(ProviderHost.Account, "cgt-1", CancellationToken.None);
    }

    [Test]
    public async Task A_queued_one_is_gone()
    {
        _ark.Answers("{}");

        Assert.That(await Cancel(), Is.EqualTo(CancelOutcome.Cancelled));
        Assert.That((_ark.Calls.Single().Method, _ark.Calls.Single().Uri.Segments[^1]), Is.EqualTo(("DELETE", "cgt-1")));
    }

    [TestCase(409, "InvalidAction.RunningTaskDeletion", CancelOutcome.TooLate)]
    [TestCase(409, "InvalidAction.Other", CancelOutcome.NotThere)]
    [TestCase(404, "NotFound.Task", CancelOutcome.NotThere)]
    public async Task A_refusal_tells_why(int status, string code, CancelOutcome outcome)
    {
        _ark.Refuses(status, code);

        Assert.That(await Cancel(), Is.EqualTo(outcome));
    }

    [TestCase(404, CancelOutcome.NotThere)]
    [TestCase(405, CancelOutcome.TooLate)]
    [TestCase(501, CancelOutcome.TooLate)]
    public async Task A_gateway_without_such_a_call_lets_it_run(int status, CancelOutcome outcome)
    {
        _ark.Answers((HttpStatusCode)status, "");

        Assert.That(await Cancel(), Is.EqualTo(outcome));
    }

    [Test]
    public void It_is_asked_once_since_the_second_time_does_something_else()
    {
        _ark.Answers(HttpStatusCode.BadGateway, "");

        var fault = Assert.ThrowsAsync<ProviderUnavailableException>(Cancel)!;

        Assert.That(fault.Failure.Bucket, Is.EqualTo(FailureBucket.ServerError));
        Assert.That(_ark.Calls, Has.Count.EqualTo(1));
    }
}
