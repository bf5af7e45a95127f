using System.Net;
using Microsoft.Extensions.Time.Testing;
using Workers.Contracts;
using Workers.Providers.Tests.Support;

namespace Workers.Providers.Tests.Seedance;

internal sealed class When_tasks_are_read
{
    private readonly ScriptedArk _ark = new();

    private Task<ProviderTask?> Get() => Get("cgt-1");

    private async Task<ProviderTask?> Get(string id)
    {
        await using var host = new ProviderHost(_ark, settings: new Dictionary<string, string?> { ["Http:Retries"] = "0" });
        return await host.Seedance.GetAsync(ProviderHost.Account, id, CancellationToken.None);
    }

    private async Task<TaskPage> List(params string[] ids)
    {
        await using var host = new ProviderHost(_ark, settings: new Dictionary<string, string?> { ["Http:Retries"] = "0" });
        return await host.Seedance.ListAsync(ProviderHost.Account, ids, CancellationToken.None);
    }

    private async Task<TaskPage> Browse()
    {
        await using var host = new ProviderHost(_ark, settings: new Dictionary<string, string?> { ["Http:Retries"] = "0" });
        return await host.Seedance.BrowseAsync(ProviderHost.Account, Some.Model, 2, CancellationToken.None);
    }

    private static ProviderFailure FailureOf(Func<Task> read) =>
        Assert.ThrowsAsync<ProviderUnavailableException>(() => read())!.Failure;

    [Test]
    public async Task A_succeeded_task_has_outputs_and_usage()
    {
        _ark.Answers(Some.Task());

        var task = (await Get())!;

        Assert.That(task.Status, Is.EqualTo(ProviderTaskStatus.Succeeded));
        Assert.That(task.Outputs.Select(output => output.Name), Is.EqualTo(["video", "last_frame"]));
        Assert.That(task.Outputs[0].Uri, Is.EqualTo(new Uri("https://media.example.com/out.mp4?X-Tos-Signature=s")));
        Assert.That(task.Usage, Is.EqualTo(new TaskUsage { Tokens = 108_900, DurationSeconds = 5, Resolution = "720p", Ratio = "16:9" }));
        Assert.That(task.CreatedAt, Is.EqualTo(DateTimeOffset.FromUnixTimeSeconds(1_790_000_000)));
        Assert.That(task.UpdatedAt, Is.EqualTo(DateTimeOffset.FromUnixTimeSeconds(1_790_000_056)));
        Assert.That(task.Fingerprint, Is.EqualTo(90_001));
        Assert.That(task.Mismatch, Is.Null);
        Assert.That(_ark.Calls.Single().Uri.AbsolutePath, Is.EqualTo("/api/v3/contents/generations/tasks/cgt-1"));
    }

    [TestCase("queued", ProviderTaskStatus.Queued)]
    [TestCase("running", ProviderTaskStatus.Running)]
    [TestCase("cancelled", ProviderTaskStatus.Cancelled)]
    [TestCase("expired", ProviderTaskStatus.Expired)]
    [TestCase("failed", ProviderTaskStatus.Failed)]
    public async Task Every_known_status_is_read(string word, ProviderTaskStatus status)
    {
        _ark.Answers(Some.Task("cgt-1", word, ("content", null), ("usage", null)));

        var task = (await Get())!;

        Assert.That((task.Status, task.StatusWord, task.Mismatch), Is.EqualTo((status, word, (string?)null)));
    }

    [TestCase("status", "\"paused\"", "Its status is not known.")]
    [TestCase("status", "\"not succeeded\"", "Its status is not known.")]
    [TestCase("status", "3", "Its status is not known.")]
    [TestCase("status", null, "Its status is not known.")]
    [TestCase("content", null, "It has succeeded, but has no video.")]
    [TestCase("content", "17", "It has succeeded, but has no video.")]
    [TestCase("content", "{\"video_url\":\"not an address\"}", "It has succeeded, but has no video.")]
    [TestCase("content", "{\"video_url\":\"/out.mp4\"}", "It has succeeded, but has no video.")]
    [TestCase("content", "{\"video_url\":\"file:///out.mp4\"}", "It has succeeded, but has no video.")]
    [TestCase("content", "{\"video_url\":[[\"https://media.example.com/out.mp4\"]]}", "It has succeeded, but has no video.")]
    public async Task A_record_that_breaks_its_promise_is_neither_success_nor_failure(string field, string? json, string mismatch)
    {
        _ark.Answers(Some.Task(changes: [(field, json)]));

        var task = (await Get())!;

        Assert.That((task.Status, task.Mismatch, task.Failure), Is.EqualTo((ProviderTaskStatus.Unrecognised, mismatch, (ProviderFailure?)null)));
    }

    /// <summary>An id, a status and an address are enough.</summary>
    [TestCase("usage", null, "usage")]
    [TestCase("usage", "{}", "usage")]
    [TestCase("usage", "[]", "usage")]
    [TestCase("usage", "{\"completion_tokens\":-1}", "usage")]
    [TestCase("usage", "{\"completion_tokens\":\"many\"}", "usage")]
    [TestCase("usage", "{\"completion_tokens\":108900.5}", "usage")]
    [TestCase("created_at", null, "created_at")]
    [TestCase("created_at", "\"today\"", "created_at")]
    [TestCase("created_at", "\"2026-09-21T14:13:20\"", "created_at")]
    [TestCase("created_at", "1e300", "created_at")]
    [TestCase("duration", null, "duration")]
    [TestCase("duration", "-1", "duration")]
    [TestCase("duration", "\"long\"", "duration")]
    [TestCase("resolution", "\"1280x720\"", "resolution")]
    [TestCase("resolution", "{\"height\":720}", "resolution")]
    [TestCase("execution_expires_after", "\"soon\"", "")]
    [TestCase("framespersecond", "\"24\"", "")]
    [TestCase("model", "17", "")]
    public async Task What_nobody_needs_is_unknown_and_decides_nothing(string field, string? json, string missing)
    {
        _ark.Answers(Some.Task(changes: [(field, json)]));

        var task = (await Get())!;

        Assert.That((task.Status, task.Mismatch, string.Join(' ', task.Missing)), Is.EqualTo((ProviderTaskStatus.Succeeded, (string?)null, missing)));
        Assert.That(task.Outputs[0].Uri.AbsolutePath, Is.EqualTo("/out.mp4"));
    }

    [TestCase("duration", "5.0")]
    [TestCase("duration", "\"5\"")]
    [TestCase("duration", "5.04")]
    [TestCase("duration", "4.96")]
    [TestCase("duration", "5.8")]
    [TestCase("duration", "\" 5.00 \"")]
    [TestCase("resolution", "\"720P\"")]
    [TestCase("created_at", "\"1790000000\"")]
    [TestCase("created_at", "1790000000.0")]
    [TestCase("created_at", "1790000000000")]
    [TestCase("created_at", "\"2026-09-21T14:13:20Z\"")]
    [TestCase("created_at", "\"2026-09-21T22:13:20.000+08:00\"")]
    [TestCase("usage", "{\"completion_tokens\":\"108900\"}")]
    [TestCase("usage", "{\"completion_tokens\":null,\"total_tokens\":108900.0}")]
    [TestCase("execution_expires_after", "\"90001\"")]
    [TestCase("execution_expires_after", "90001.0")]
    [TestCase("status", "\"SUCCEEDED\"")]
    [TestCase("status", "\"completed\"")]
    [TestCase("content", "{\"video_url\":{\"url\":\"https://media.example.com/out.mp4\"}}")]
    [TestCase("content", "{\"videoUrl\":\" https://media.example.com/out.mp4 \"}")]
    [TestCase("content", "[{\"type\":\"video_url\",\"video_url\":{\"url\":\"https://media.example.com/out.mp4\"}}]")]
    [TestCase("content", "{\"video_url\":[\"https://media.example.com/out.mp4\"]}")]
    public async Task What_is_said_another_way_is_read_where_its_meaning_is_plain(string field, string json)
    {
        _ark.Answers(Some.Task(changes: [(field, json)]));

        var task = (await Get())!;

        Assert.Multiple(() =>
        {
            Assert.That((task.Status, task.Mismatch, task.Missing.Count), Is.EqualTo((ProviderTaskStatus.Succeeded, (string?)null, 0)));
            Assert.That(task.Usage, Is.EqualTo(new TaskUsage { Tokens = 108_900, DurationSeconds = 5, Resolution = "720p", Ratio = "16:9" }));
            Assert.That(task.CreatedAt, Is.EqualTo(DateTimeOffset.FromUnixTimeSeconds(1_790_000_000)));
            Assert.That(task.Fingerprint, Is.EqualTo(90_001));
            Assert.That(task.Outputs[0].Uri.AbsolutePath, Is.EqualTo("/out.mp4"));
        });
    }

    [Test]
    public async Task A_time_may_have_a_fraction()
    {
        _ark.Answers(Some.Task(changes: [("created_at", "1790000000.25"), ("updated_at", "\"2026-09-21T14:14:16.5Z\"")]));

        var task = (await Get())!;

        Assert.That(task.CreatedAt, Is.EqualTo(DateTimeOffset.FromUnixTimeSeconds(1_790_000_000).AddSeconds(0.25)));
        Assert.That(task.UpdatedAt, Is.EqualTo(DateTimeOffset.FromUnixTimeSeconds(1_790_000_056).AddSeconds(0.5)));
    }

    [TestCase("queued", "QUEUED", ProviderTaskStatus.Queued)]
    [TestCase("queued", "in_queue", ProviderTaskStatus.Queued)]
    [TestCase("queued", "Pending", ProviderTaskStatus.Queued)]
    [TestCase("running", "IN_PROGRESS", ProviderTaskStatus.Running)]
    [TestCase("running", "processing", ProviderTaskStatus.Running)]
    [TestCase("failed", "FAILURE", ProviderTaskStatus.Failed)]
    [TestCase("cancelled", "canceled", ProviderTaskStatus.Cancelled)]
    public async Task A_status_may_be_another_word_for_the_same(string documented, string word, ProviderTaskStatus status)
    {
        _ark.Answers(Some.Task("cgt-1", word, ("content", null), ("usage", null)));

        Assert.That((await Get())!.Status, Is.EqualTo(status), documented);
    }

    [Test]
    public async Task An_id_may_be_a_number_and_the_task_be_wrapped()
    {
        _ark.Answers($$"""{"code":0,"message":"success","data":{{Some.Task(changes: [("id", "4711")])}}}""");
        Assert.That((await Get("4711"))!.TaskId, Is.EqualTo("4711"));

        _ark.Answers($$$"""{"code":0,"data":{"total":"1","items":[{{{Some.Task(changes: [("id", "4711")])}}}]}}""");
        var page = await List("4711");
        Assert.That((page.Tasks.Single().TaskId, page.Total), Is.EqualTo(("4711", 1)));
    }

    [TestCase("NotFound")]
    [TestCase("NotFound.Task")]
    [TestCase("InvalidParameter.TaskNotFound")]
    public async Task An_unknown_task_is_null(string code)
    {
        _ark.Refuses(404, code);

        Assert.That(await Get(), Is.Null);
    }

    [Test]
    public void A_page_that_is_not_found_is_no_unknown_task()
    {
        _ark.Answers(HttpStatusCode.NotFound, "<html>");

        Assert.That(FailureOf(Get).Code, Is.EqualTo("Http404"));
    }

    [TestCase("<html>")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("")]
    public void An_answer_of_another_shape_is_told_as_such(string body)
    {
        _ark.Answers(body);

        var failure = FailureOf(Get);

        Assert.That((failure.Bucket, failure.Disposition), Is.EqualTo((FailureBucket.SchemaMismatch, Disposition.Retry)));
    }

    [Test]
    public void A_refused_key_pauses_the_account()
    {
        _ark.Refuses(401, "AuthenticationError");

        Assert.That(FailureOf(Get).Disposition, Is.EqualTo(Disposition.PauseAccount));
    }

    [Test]
    public void The_record_of_another_task_is_not_taken_for_this_ones()
    {
        _ark.Answers(Some.Task("cgt-2"));

        Assert.That(FailureOf(Get).Bucket, Is.EqualTo(FailureBucket.SchemaMismatch));
    }

    [TestCase(404, LookRefusal.NotOffered)]
    [TestCase(405, LookRefusal.NotOffered)]
    [TestCase(501, LookRefusal.NotOffered)]
    [TestCase(400, LookRefusal.NotAllowed)]
    [TestCase(403, LookRefusal.NotAllowed)]
    [TestCase(401, LookRefusal.None)]
    [TestCase(429, LookRefusal.None)]
    [TestCase(500, LookRefusal.None)]
    public void A_list_that_fails_tells_whether_another_way_may_do_better(int status, LookRefusal refusal)
    {
        _ark.Answers((HttpStatusCode)status, "");

        Assert.That(Assert.ThrowsAsync<ProviderUnavailableException>(() => List("cgt-1"))!.Refusal, Is.EqualTo(refusal));
    }

    [Test]
    public async Task A_list_names_the_model_where_it_is_told_to()
    {
        _ark.Answers(Some.List(Some.Task("cgt-1")));
        await using var host = new ProviderHost(_ark);

        await host.Seedance.ListAsync(ProviderHost.Account, Some.Model, ["cgt-1"], CancellationToken.None);

        Assert.That(_ark.Calls.Single().Uri.Query, Is.EqualTo($"?page_num=1&page_size=100&filter.model={Some.Model}&filter.task_ids=cgt-1"));
    }

    [TestCase("Thu, 01 Oct 2026 10:20:00 GMT", 20)]
    [TestCase("Thu, 01 Oct 2026 09:40:00 GMT", -20)]
    [TestCase("Mon, 01 Jan 0001 00:00:00 GMT", null)]
    [TestCase("today", null)]
    public async Task A_list_tells_how_far_the_providers_clock_is_from_ours(string date, int? minutes)
    {
        using var ark = new ScriptedArk();
        ark.Does(() => Task.FromResult(Dated(date)));
        await using var host = new ProviderHost(ark, new FakeTimeProvider(new DateTimeOffset(2026, 10, 1, 10, 0, 0, TimeSpan.Zero)));

        var page = await host.Seedance.ListAsync(ProviderHost.Account, ["cgt-1"], CancellationToken.None);

        Assert.That(page.Ahead is { } ahead && Math.Abs(ahead.TotalDays) < 1000 ? (int?)Math.Round(ahead.TotalMinutes) : null, Is.EqualTo(minutes));
    }

    private static HttpResponseMessage Dated(string date)
    {
        var response = new HttpResponseMessage { Content = new StringContent(Some.List()) };
        response.Headers.TryAddWithoutValidation("Date", date);
        return response;
    }

    [Test]
    public async Task Everything_is_read_without_a_model_in_both_tiers_and_each_task_counts_once()
    {
        var time = new FakeTimeProvider();
        using var ark = new ScriptedArk(time);
        ark.Answers(Some.List(Some.Task("cgt-1"), Some.Task("cgt-2")));
        await using var host = new ProviderHost(ark, time);

        var page = await time.PassUntilDoneAsync(host.Seedance.BrowseAllAsync(ProviderHost.Account, 1, CancellationToken.None));

        Assert.That((string.Join(',', page.Tasks.Select(task => task.TaskId)), page.Total), Is.EqualTo(("cgt-1,cgt-2", 2)));
        Assert.That(
            ark.Calls.Select(call => call.Uri.Query),
            Is.EqualTo(["?page_num=1&page_size=500&filter.service_tier=default", "?page_num=1&page_size=500&filter.service_tier=flex"]));
    }

    [Test]
    public void An_unknown_code_is_worth_another_read()
    {
        _ark.Refuses(400, "NeverHeardOf");

        var failure = FailureOf(Get);

        Assert.That((failure.Bucket, failure.Disposition, failure.Code), Is.EqualTo((FailureBucket.Unknown, Disposition.Retry, "NeverHeardOf")));
    }

    [Test]
    public async Task A_list_names_every_id_and_tells_the_providers_time()
    {
        _ark.Answers(HttpStatusCode.OK, Some.List(Some.Task("cgt-1"), Some.Task("cgt-2")), ("Date", "Thu, 01 Oct 2026 10:00:00 GMT"));

        var page = await List([.. Enumerable.Range(1, 100).Select(id => $"cgt-{id}")]);

        Assert.That(page.Tasks.Select(task => task.TaskId), Is.EqualTo(["cgt-1", "cgt-2"]));
        Assert.That(page.At, Is.EqualTo(new DateTimeOffset(2026, 10, 1, 10, 0, 0, TimeSpan.Zero)));
        var query = _ark.Calls.Single().Uri.Query;
        Assert.That(query, Does.StartWith("?page_num=1&page_size=100&filter.task_ids=cgt-1&filter.task_ids=cgt-2&"));
        Assert.That(query.Split("filter.task_ids="), Has.Length.EqualTo(101));
    }

    [Test]
    public async Task A_bad_record_does_not_spoil_its_neighbours()
    {
        _ark.Answers(Some.List("17", "{}", Some.Task("cgt-2", changes: ("status", "[]")), Some.Task("cgt-3")));

        var page = await List("cgt-1", "cgt-2", "cgt-3");

        Assert.That(
            page.Tasks.Select(task => (task.TaskId, task.Status)),
            Is.EqualTo([("cgt-2", ProviderTaskStatus.Unrecognised), ("cgt-3", ProviderTaskStatus.Succeeded)]));
    }

    [Test]
    public void A_list_without_items_is_no_empty_list()
    {
        _ark.Answers("{}");

        Assert.That(FailureOf(() => List("cgt-1")).Bucket, Is.EqualTo(FailureBucket.SchemaMismatch));
    }

    [TestCase("""{"total":0,"items":null}""")]
    [TestCase("""{"total":0}""")]
    public async Task An_empty_list_may_have_no_items(string body)
    {
        _ark.Answers(body);

        Assert.That((await Browse()).Tasks, Is.Empty);
    }

    [TestCase("99999999999999")]
    [TestCase("2147483648")]
    public async Task A_total_beyond_all_numbers_is_a_large_one(string total)
    {
        _ark.Answers($$"""{"total":{{total}},"items":[{{Some.Task()}}]}""");

        Assert.That((await Browse()).Total, Is.EqualTo(int.MaxValue));
        Assert.That((await List("cgt-1")).Tasks, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_page_is_asked_for_by_model()
    {
        _ark.Answers("""{"total":731,"items":[]}""");

        var page = await Browse();

        Assert.That((page.Tasks.Count, page.Total), Is.EqualTo((0, 731)));
        Assert.That(_ark.Calls.Single().Uri.Query, Is.EqualTo($"?page_num=2&page_size=500&filter.model={Some.Model}"));
    }

    [TestCase("seedance-1-0-pro-250528")]
    [TestCase("ep-20260101-abcde")]
    public async Task A_page_of_a_model_that_may_have_been_asked_with_flex_is_asked_for_twice_in_the_pace_of_lists(string model)
    {
        var time = new FakeTimeProvider();
        using var ark = new ScriptedArk(time);
        ark.Answers(Some.List(Some.Task("cgt-1"))).Answers(Some.List(Some.Task("cgt-2")));
        await using var host = new ProviderHost(ark, time);

        var page = await time.PassUntilDoneAsync(host.Seedance.BrowseAsync(ProviderHost.Account, model, 1, CancellationToken.None));

        Assert.That((string.Join(',', page.Tasks.Select(task => task.TaskId)), page.Total), Is.EqualTo(("cgt-1,cgt-2", 2)));
        var query = $"?page_num=1&page_size=500&filter.model={model}&filter.service_tier=";
        Assert.That(ark.Calls.Select(call => call.Uri.Query), Is.EqualTo([$"{query}default", $"{query}flex"]));
        Assert.That(ark.Calls[1].At - ark.Calls[0].At, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(1.1)));
    }

    [TestCase("""{"total":1,"items":[{"status":"running"}]}""")]
    [TestCase("""{"items":[]}""")]
    [TestCase("""{"total":"all","items":[]}""")]
    public void A_page_that_is_read_in_part_does_not_pass_for_a_whole_one(string body)
    {
        _ark.Answers(body);

        Assert.That(FailureOf(Browse).Bucket, Is.EqualTo(FailureBucket.SchemaMismatch));
    }
}
