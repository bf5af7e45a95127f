using System.Net;
using System.Net.Http.Json;

namespace Workers.Simulator.Tests;

internal sealed class When_a_call_meets_a_fault : SimulatorTest
{
    [Test]
    public async Task A_dropped_response_leaves_a_task_behind()
    {
        Assert.That(async () => await Post("[simulate create once drop-response]"), Throws.InstanceOf<HttpRequestException>());

        var again = await Post("[simulate create once drop-response]");

        Assert.That(again.Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(Ledger.Tasks.Select(task => task.Try), Is.EqualTo([1, 2]));
        Assert.That(Ledger.Requests.Select(request => (request.Try, request.Status, request.TaskId)), Is.EqualTo([
            (1, (int?)null, Ledger.Tasks[0].Id), (2, 200, Ledger.Tasks[1].Id),
        ]));
        Assert.That(Ledger.JobsWithMoreThanOneLiveOrBilledTask(), Is.EqualTo([Ledger.Tasks[0].JobKey]));
    }

    [Test]
    public async Task A_dropped_request_leaves_none()
    {
        Assert.That(async () => await Post("[simulate create drop-request]"), Throws.InstanceOf<HttpRequestException>());

        Assert.That(Ledger.Tasks, Is.Empty);
        Assert.That(Ledger.Requests.Single().Status, Is.Null);
    }

    [TestCase("answer 500", 500, "InternalServiceError")]
    [TestCase("answer 400 InputTextSensitiveContentDetected", 400, "InputTextSensitiveContentDetected")]
    [TestCase("answer 503", 503, "ServiceUnavailable")]
    [TestCase("answer 429 rate_limit_exceeded", 429, "rate_limit_exceeded")]
    [TestCase("answer 425 TooEarly", 425, "TooEarly")]
    [TestCase("error-inside InvalidParameter", 200, "InvalidParameter")]
    [TestCase("fetch-timeout", 400, "InvalidParameter")]
    public async Task An_answer_asked_for_comes_before_any_work(string fault, int status, string code)
    {
        var reply = await Post($"[simulate create {fault}]");

        Assert.That(((int)reply.Status, reply.Code), Is.EqualTo((status, code)));
        Assert.That(Ledger.Tasks, Is.Empty);
        Assert.That((Ledger.Requests[0].Status, Ledger.Requests[0].Code), Is.EqualTo((status, code)));
    }

    [Test]
    public async Task A_firewall_answers_with_a_page_before_any_work()
    {
        var reply = await Post("[simulate create firewall]");

        Assert.That((reply.Status, reply.Text), Is.EqualTo((HttpStatusCode.Forbidden, "<html><body>Request blocked.</body></html>")));
        Assert.That(Ledger.Tasks, Is.Empty);
    }

    [Test]
    public async Task A_reference_that_is_not_fetched_in_time_is_told_as_an_invalid_parameter() =>
        Assert.That((await Post("[simulate create fetch-timeout]")).Text, Does.Contain("timeout while fetching resource").And.Contain("content[1].image_url"));

    [Test]
    public async Task Retry_after_says_when()
    {
        var reply = await Post("[simulate create once retry-after 7]");

        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That(reply.Headers.RetryAfter!.Delta, Is.EqualTo(TimeSpan.FromSeconds(7)));
        Assert.That((await Post("[simulate create once retry-after 7]")).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [TestCase("wrong-shape", "{\"data\":{\"message\":\"ok\"}}")]
    [TestCase("not-json", "<html><body>Please sign in.</body></html>")]
    public async Task Nonsense_is_answered_after_the_work(string fault, string expected)
    {
        var reply = await Post($"[simulate create {fault}]");

        Assert.That((reply.Status, reply.Text), Is.EqualTo((HttpStatusCode.OK, expected)));
        Assert.That(Ledger.Tasks, Has.Count.EqualTo(1));
    }

    [TestCase("delay 30s", 0)]
    [TestCase("delay 30s after", 1)]
    public async Task A_delay_lasts_by_the_providers_clock_before_or_after_the_work(string fault, int tasksMeanwhile)
    {
        var waiting = Post($"[simulate create {fault}]");
        await Time.Waits(TimeSpan.FromSeconds(30), Patience);
        Pass(seconds: 29.999);

        Assert.That(Ledger.Tasks, Has.Count.EqualTo(tasksMeanwhile));
        Assert.That(waiting.IsCompleted, Is.False);
        Pass(seconds: 0.001);
        Assert.That((await waiting).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(Ledger.Tasks, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Gets_and_deletes_of_a_task_are_counted_by_themselves()
    {
        var id = await Create("[simulate get try 2 answer 500] [simulate delete once answer 502] [simulate task stay-queued]");

        Reply[] gets = [await Get(id), await Get(id), await Get(id)];
        Reply[] deletes = [await Delete(id), await Delete(id)];

        Assert.That(gets.Select(reply => (int)reply.Status), Is.EqualTo([200, 500, 200]));
        Assert.That(deletes.Select(reply => (int)reply.Status), Is.EqualTo([502, 200]));
    }

    [Test]
    public async Task Lists_of_the_same_ids_are_counted_together_in_any_order()
    {
        Options.Faults = FaultScript.Parse("""{"rules":[{"operation":"list","fault":"answer 503","tries":[2]}]}""");
        string[] ids = [await Create("1"), await Create("2")];

        Reply[] lists = [await ListIds(ids[0], ids[1]), await ListIds(ids[1], ids[0]), await ListIds(ids[0]), await ListIds(ids)];

        Assert.That(lists.Select(reply => (int)reply.Status), Is.EqualTo([200, 503, 200, 200]));
    }

    [Test]
    public async Task The_same_work_meets_the_same_faults_in_any_order()
    {
        Options.Faults = FaultScript.Parse("""{"rules":[{"operation":"create","fault":"answer 500","probability":0.5,"tries":[1]}]}""");
        var prompts = Enumerable.Range(0, 60).Select(number => $"job {number}").ToArray();

        var forth = await Refused(prompts);
        await Stop();
        await using var other = await ModelArkSimulator.StartAsync(Options, Time, CancellationToken.None);
        using var client = new HttpClient { BaseAddress = other.BaseAddress };
        client.DefaultRequestHeaders.Authorization = new("Bearer", Key);
        var back = new List<string>();
        foreach (var prompt in prompts.Reverse())
        {
            using var reply = await client.PostAsJsonAsync(new Uri("contents/generations/tasks", UriKind.Relative), Body(prompt));
            if (!reply.IsSuccessStatusCode)
            {
                back.Add(prompt);
            }
        }

        Assert.That(forth, Has.Count.InRange(15, 45));
        Assert.That(back, Is.EquivalentTo(forth));
    }

    [Test]
    public async Task A_rule_can_be_for_some_prompts_only()
    {
        Options.Faults = new FaultScript
        {
            Rules = [new FaultRule { Operation = Operation.Create, Fault = new Fault.Answer(500), PromptContains = "cat" }],
        };

        Assert.That((await Post("a cat")).Status, Is.EqualTo(HttpStatusCode.InternalServerError));
        Assert.That((await Post("a dog")).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    private async Task<List<string>> Refused(IEnumerable<string> prompts)
    {
        var refused = new List<string>();
        foreach (var prompt in prompts)
        {
            if ((await Post(prompt)).Status is not HttpStatusCode.OK)
            {
                refused.Add(prompt);
            }
        }

        return refused;
    }
}
