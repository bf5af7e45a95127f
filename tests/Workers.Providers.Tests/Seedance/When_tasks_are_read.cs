using System.Net;
using Microsoft.Extensions.Time.Testing;
using Workers.Contracts;
using Workers.Providers.Tests.Support;

namespace Workers.Providers.Tests.Seedance;

internal sealed class When_tasks_are_read
{
    private readonly ScriptedArk _ark = new();

    private async Task<ProviderTask?> Get()
    {
        await using var host = new ProviderHost(_ark, settings: new Dictionary<string, string?> { ["Http:Retries"] = "0" });
        return await host.Seedance.GetAsync(ProviderHost.Account, "cgt-1", CancellationToken.None);
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
    [TestCase("status", null, "Its status is not known.")]
    [TestCase("content", null, "It has succeeded, but has no video.")]
    [TestCase("content", "{\"video_url\":\"not an address\"}", "It has succeeded, but has no video.")]
    [TestCase("usage", null, "It has succeeded, but does not say what it used.")]
    [TestCase("usage", "{}", "It has succeeded, but does not say what it used.")]
    [TestCase("created_at", null, "It does not say when it was created.")]
    [TestCase("created_at", "\"today\"", "A field of it has an unexpected type.")]
    public async Task A_record_that_breaks_its_promise_is_neither_success_nor_failure(string field, string? json, string mismatch)
    {
        _ark.Answers(Some.Task(changes: [(field, json)]));

        var task = (await Get())!;

        Assert.That((task.Status, task.Mismatch, task.Failure), Is.EqualTo((ProviderTaskStatus.Unrecognised, mismatch, (ProviderFailure?)null)));
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
        _ark.Answers(Some.List("17", "{}", Some.Task("cgt-2", changes: ("duration", "\"long\"")), Some.Task("cgt-3")));

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
    [TestCase("""{"total":1,"items":[{"id":"cgt-1","status":"running"}]}""")]
    [TestCase("""{"items":[]}""")]
    public void A_page_that_is_read_in_part_does_not_pass_for_a_whole_one(string body)
    {
        _ark.Answers(body);

        Assert.That(FailureOf(Browse).Bucket, Is.EqualTo(FailureBucket.SchemaMismatch));
    }
}
