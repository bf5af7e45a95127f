using System.Net;

namespace Workers.Simulator.Tests;

internal sealed class When_calls_come_too_fast : SimulatorTest
{
    [TestCase("GET", "/cgt-1", 20)]
    [TestCase("DELETE", "/cgt-1", 20)]
    [TestCase("GET", "", 1)]
    public async Task The_one_too_many_within_a_second_is_refused(string method, string path, int perSecond)
    {
        for (var call = 0; call < perSecond; call++)
        {
            Assert.That((await Call()).Status, Is.Not.EqualTo(HttpStatusCode.TooManyRequests));
        }

        Pass(seconds: 0.999);
        var refused = await Call();
        Pass(seconds: 0.001);
        var allowed = await Call();

        Assert.That((refused.Status, refused.Code), Is.EqualTo((HttpStatusCode.TooManyRequests, "AccountRateLimitExceeded")));
        Assert.That(allowed.Status, Is.Not.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That(Ledger.Requests.Count(request => request.ExceededRate), Is.EqualTo(1));

        Task<Reply> Call() => Send(new HttpMethod(method), "contents/generations/tasks" + path);
    }

    [Test]
    public async Task The_ledger_tells_that_a_list_came_too_soon()
    {
        await Send(HttpMethod.Get, "contents/generations/tasks");
        Assert.That(Ledger.ListRateExceeded, Is.False);

        await Send(HttpMethod.Get, "contents/generations/tasks");

        Assert.That(Ledger.ListRateExceeded, Is.True);
        Assert.That(Ledger.ListCalls.Select(call => call.ExceededRate), Is.EqualTo([false, true]));
    }

    [Test]
    public async Task Other_accounts_and_unlimited_calls_are_not_held_up()
    {
        Options.ApiKeys = new Dictionary<string, string> { [Key] = "mine", ["other-key"] = "theirs" };
        Options.GetsPerSecond = 0;
        await Send(HttpMethod.Get, "contents/generations/tasks");
        for (var call = 0; call < 50; call++)
        {
            Assert.That((await Get("cgt-1")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        }

        await UseKey("other-key");
        Assert.That((await Send(HttpMethod.Get, "contents/generations/tasks")).Status, Is.EqualTo(HttpStatusCode.OK));
    }
}
