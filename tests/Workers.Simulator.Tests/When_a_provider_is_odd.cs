using System.Net;

namespace Workers.Simulator.Tests;

/// <summary>What gateways and keys do otherwise than the documentation says, as options and faults.</summary>
internal sealed class When_a_provider_is_odd : SimulatorTest
{
    [TestCase(20)]
    [TestCase(-20)]
    public async Task Its_clock_may_be_ahead_or_behind_in_all_that_it_says(int minutes)
    {
        Options.ClockAhead = TimeSpan.FromMinutes(minutes);
        var id = await Create();

        var reply = await Get(id);

        var theirs = Time.GetUtcNow() + Options.ClockAhead;
        Assert.That(reply.Headers.Date, Is.EqualTo(theirs));
        Assert.That(DateTimeOffset.FromUnixTimeSeconds(reply.Json["created_at"]!.GetValue<long>()), Is.EqualTo(theirs.AddSeconds(-1)));
        Assert.That(Ledger.Requests[^1].At, Is.EqualTo(theirs));
    }

    [Test]
    public async Task Its_answers_may_tell_no_time()
    {
        Options.TellsTime = false;

        Assert.That((await Get("cgt-1")).Headers.Date, Is.Null);
    }

    [TestCase(ListOffer.NotFound, HttpStatusCode.NotFound)]
    [TestCase(ListOffer.NotAllowed, HttpStatusCode.MethodNotAllowed)]
    public async Task It_may_have_no_list(ListOffer offer, HttpStatusCode status)
    {
        Options.Lists = offer;
        var id = await Create();

        var list = await ListIds(id);

        Assert.That((list.Status, list.Text), Is.EqualTo((status, "")));
        Assert.That((await Get(id)).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(Ledger.Answers[(Operation.List, (int)status)], Is.EqualTo(1));
    }

    [Test]
    public async Task Its_list_may_want_a_model()
    {
        Options.Lists = ListOffer.ByModel;
        var id = await Create();

        var refused = await ListIds(id);
        var listed = await List($"filter.model={Model}&filter.task_ids={id}");

        Assert.That((refused.Status, refused.Code), Is.EqualTo((HttpStatusCode.Forbidden, "AccessDenied")));
        Assert.That(listed.Ids, Is.EqualTo([id]));
    }

    [Test]
    public async Task Its_list_may_name_a_task_twice()
    {
        var twice = await Create("[simulate task listed-twice]");
        var once = await Create();

        var list = await ListIds(twice, once);

        Assert.That(list.Ids, Is.EqualTo([once, twice, twice]));
        Assert.That(list.Json["total"]!.GetValue<int>(), Is.EqualTo(3));
    }

    [Test]
    public async Task It_may_not_repeat_what_tells_attempts_apart()
    {
        var id = await Create("[simulate task missing-fingerprint]");

        Assert.That((await Get(id)).Json["execution_expires_after"], Is.Null);
        Assert.That((await ListIds(id)).Json["items"]![0]!["execution_expires_after"], Is.Null);
    }

    /// <summary>.NET's client sends it again by itself, and takes the second answer for the outcome.</summary>
    [Test]
    public async Task It_may_close_a_kept_connection_under_a_call()
    {
        var id = await Create("[simulate delete once close-kept] [simulate task stay-queued]");

        var reply = await Delete(id);

        Assert.That(reply.Code, Is.EqualTo("InvalidAction"), "it was cancelled by a call whose answer never came");
        Assert.That(
            Ledger.Requests.Where(request => request.Operation == Operation.Delete).Select(request => request.Status),
            Is.EqualTo(new int?[] { null, 409 }));
        Assert.That(Recorded(id).State, Is.EqualTo(TaskState.Cancelled));
    }
}
