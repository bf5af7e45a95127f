using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Workers.Contracts;
using Workers.Providers.Tests.Support;

namespace Workers.Providers.Tests.Seedance;

internal sealed class When_a_task_is_asked_for
{
    private readonly ScriptedArk _ark = new();

    private async Task<CreateOutcome> Create(CreateTask? request = null)
    {
        await using var host = new ProviderHost(_ark);
        return await host.Seedance.CreateAsync(request ?? Some.Create(), CancellationToken.None);
    }

    private async Task<ProviderFailure> UncertainFailure() =>
        (await Create()) is CreateOutcome.Uncertain { Failure: var failure } ? failure : throw new AssertionException("It was not uncertain.");

    [Test]
    public async Task It_sends_the_input_the_fingerprint_and_the_hash_of_the_user()
    {
        _ark.Answers("""{"id":"cgt-1"}""");
        var input = Some.Input("""{"resolution":"720p","duration":5}""", references: [Some.Reference("image", "reference_image"), Some.Reference("video")]);

        var outcome = await Create(Some.Create(input));

        Assert.That(outcome, Is.EqualTo(new CreateOutcome.Created("cgt-1")));
        var call = _ark.Calls.Single();
        Assert.That(call.Method, Is.EqualTo("POST"));
        Assert.That(call.Uri, Is.EqualTo(new Uri("https://ark.ap-southeast.bytepluses.com/api/v3/contents/generations/tasks")));
        Assert.That(call.Authorization, Is.EqualTo("Bearer key-of-main"));
        Assert.That(call.RequestId, Does.Match("^[0-9]{14}[a-z0-9]{20}$"));
        var expected = JsonDocument.Parse("""
            {"model":"dreamina-seedance-2-0-260128",
             "content":[
              {"type":"text","text":"a lighthouse"},
              {"type":"image_url","role":"reference_image","image_url":{"url":"https://media.example.com/image"}},
              {"type":"video_url","role":"reference_video","video_url":{"url":"https://media.example.com/video"}}],
             "execution_expires_after":90001,"safety_identifier":"hash-of-user","resolution":"720p","duration":5}
            """);
        using var sent = JsonDocument.Parse(call.Body);
        Assert.That(JsonElement.DeepEquals(sent.RootElement, expected.RootElement), Is.True, call.Body);
    }

    [Test]
    public async Task It_names_the_draft_that_a_film_is_made_from_as_content()
    {
        _ark.Answers("""{"id":"cgt-2"}""");
        const string Parameters = """{"draft_task":{"id":"cgt-20261001120000-abcde"},"watermark":true}""";

        await Create(Some.Create(Some.Input(Parameters, "dreamina-seedance-2-5-260628", prompt: null)));

        var expected = JsonDocument.Parse("""
            {"model":"dreamina-seedance-2-5-260628",
             "content":[{"type":"draft_task","draft_task":{"id":"cgt-20261001120000-abcde"}}],
             "execution_expires_after":90001,"safety_identifier":"hash-of-user","watermark":true}
            """);
        using var sent = JsonDocument.Parse(_ark.Calls.Single().Body);
        Assert.That(JsonElement.DeepEquals(sent.RootElement, expected.RootElement), Is.True, _ark.Calls.Single().Body);
    }

    [Test]
    public async Task It_names_the_model_as_the_accounts_platform_does()
    {
        _ark.Answers("""{"id":"cgt-1"}""");
        await using var host = new ProviderHost(_ark, settings: new Dictionary<string, string?> { ["Accounts:main:Region"] = "cn-beijing" });

        await host.Seedance.CreateAsync(Some.Create(), CancellationToken.None);

        using var sent = JsonDocument.Parse(_ark.Calls.Single().Body);
        Assert.That(sent.RootElement.GetProperty("model").GetString(), Is.EqualTo("doubao-seedance-2-0-260128"));
        Assert.That(_ark.Calls.Single().Uri.Host, Is.EqualTo("ark.cn-beijing.volces.com"));
    }

    [TestCase(HttpStatusCode.InternalServerError, FailureBucket.ServerError)]
    [TestCase(HttpStatusCode.BadGateway, FailureBucket.ServerError)]
    [TestCase(HttpStatusCode.ServiceUnavailable, FailureBucket.ServerError)]
    [TestCase(HttpStatusCode.GatewayTimeout, FailureBucket.Timeout)]
    [TestCase(HttpStatusCode.RequestTimeout, FailureBucket.Timeout)]
    [TestCase(HttpStatusCode.Found, FailureBucket.ServerError)]
    public async Task It_is_asked_once_and_an_answer_that_tells_nothing_leaves_it_uncertain(HttpStatusCode status, FailureBucket bucket)
    {
        _ark.Answers(status, "<html>");

        var failure = await UncertainFailure();

        Assert.That(failure.Bucket, Is.EqualTo(bucket));
        Assert.That(failure.Disposition, Is.EqualTo(Disposition.Reconcile));
        Assert.That(_ark.Calls, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task It_is_uncertain_when_the_connection_is_lost_after_the_body_left()
    {
        _ark.Throws(new HttpRequestException(HttpRequestError.ResponseEnded, "lost", new SocketException(104)));

        var failure = await UncertainFailure();

        Assert.That(failure.Bucket, Is.EqualTo(FailureBucket.ServerError));
        Assert.That(failure.Code, Is.EqualTo("ResponseEnded"));
        Assert.That(_ark.Calls, Has.Count.EqualTo(1));
    }

    [TestCase("{}")]
    [TestCase("""{"id":""}""")]
    [TestCase("<html>")]
    [TestCase("[]")]
    public async Task It_is_uncertain_when_the_answer_has_no_task_id(string body)
    {
        _ark.Answers(body);

        var failure = await UncertainFailure();

        Assert.That(failure.Bucket, Is.EqualTo(FailureBucket.SchemaMismatch));
        Assert.That(failure.Disposition, Is.EqualTo(Disposition.Reconcile));
    }

    [TestCase("""{"id":4711}""", "4711")]
    [TestCase("""{"task_id":"cgt-1"}""", "cgt-1")]
    [TestCase("""{"id":"cgt-1","error":null}""", "cgt-1")]
    [TestCase("""{"code":0,"message":"success","data":{"id":"cgt-1"}}""", "cgt-1")]
    public async Task It_has_the_task_wherever_the_answer_plainly_names_it(string body, string id)
    {
        _ark.Answers(body);

        Assert.That(await Create(), Is.EqualTo(new CreateOutcome.Created(id)));
    }

    /// <summary>The code of a refusal is one whatever the status says: no task was made.</summary>
    [TestCase("""{"error":{"code":"InvalidParameter","message":"m"}}""", FailureBucket.Validation, Disposition.Block)]
    [TestCase("""{"error":{"code":"InputTextSensitiveContentDetected","message":"m"}}""", FailureBucket.ContentPolicy, Disposition.Block)]
    [TestCase("""{"error":{"code":"rate_limit_exceeded","message":"m"}}""", FailureBucket.RateLimit, Disposition.Retry)]
    [TestCase("""{"code":"AccountOverdueError","message":"m","data":null}""", FailureBucket.Quota, Disposition.PauseAccount)]
    [TestCase("""{"code":429,"message":"m"}""", FailureBucket.RateLimit, Disposition.Retry)]
    [TestCase("""{"id":"","error":{"code":"InvalidParameter","message":"m"}}""", FailureBucket.Validation, Disposition.Block)]
    public async Task A_refusal_within_a_success_is_the_refusal(string body, FailureBucket bucket, Disposition disposition)
    {
        _ark.Answers(body);

        Assert.That(await Create(), Is.InstanceOf<CreateOutcome.NotCreated>());
        var (failure, _) = (CreateOutcome.NotCreated)await Create();
        Assert.That((failure.Bucket, failure.Disposition), Is.EqualTo((bucket, disposition)));
        Assert.That(failure.Said, Does.StartWith("200 "));
    }

    /// <summary>Such an error may have come after the task was made. Should the list show none, what was said is the cause.</summary>
    [TestCase(200, """{"error":{"code":"InternalServiceError","message":"m"}}""", "InternalServiceError", FailureBucket.ServerError, Disposition.Retry)]
    [TestCase(200, """{"error":{"code":"SomethingNew.Odd","message":"m"}}""", "SomethingNew.Odd", FailureBucket.Unknown, Disposition.Block)]
    [TestCase(200, """{"id":"cgt-1","error":{"code":"InvalidParameter","message":"m"}}""", "InvalidParameter", FailureBucket.Validation, Disposition.Block)]
    [TestCase(200, """{"error":{"code":500,"message":"m"}}""", "500", FailureBucket.ServerError, Disposition.Retry)]
    [TestCase(500, """{"error":{"code":"InvalidParameter","message":"m"}}""", "InvalidParameter", FailureBucket.Validation, Disposition.Block)]
    [TestCase(503, """{"error":{"code":"SomethingNew.Odd","message":"m"}}""", "SomethingNew.Odd", FailureBucket.ServerError, Disposition.Retry)]
    [TestCase(499, """{"error":{"code":"ClientClosed","message":"m"}}""", "ClientClosed", FailureBucket.Timeout, Disposition.Retry)]
    public async Task An_error_that_may_have_come_after_the_task_leaves_it_uncertain(int status, string body, string code, FailureBucket bucket, Disposition disposition)
    {
        _ark.Answers((HttpStatusCode)status, body);

        Assert.That(await Create(), Is.InstanceOf<CreateOutcome.Uncertain>());
        var (failure, cause) = (CreateOutcome.Uncertain)await Create();
        Assert.That((failure.Disposition, failure.Code), Is.EqualTo((Disposition.Reconcile, code)));
        Assert.That((cause!.Bucket, cause.Disposition, cause.Code), Is.EqualTo((bucket, disposition, code)));
        Assert.That(failure.Said, Does.StartWith($"{status} {code}, message "));
    }

    [Test]
    public async Task It_stays_here_when_the_right_to_call_was_lost()
    {
        _ark.Answers("""{"id":"cgt-1"}""");

        var outcome = await Create(Some.Create(mayStillCall: () => false));

        Assert.That(outcome, Is.InstanceOf<CreateOutcome.NotCreated>());
        var failure = ((CreateOutcome.NotCreated)outcome).Failure;
        Assert.That(failure.Code, Is.EqualTo("FenceClosed"));
        Assert.That(failure.Disposition, Is.EqualTo(Disposition.Retry));
        Assert.That(_ark.Calls, Is.Empty);
    }

    [Test]
    public async Task It_tells_how_long_the_provider_wants_to_be_left_alone()
    {
        _ark.Answers(HttpStatusCode.TooManyRequests, """{"error":{"code":"RateLimitExceeded.EndpointRPMExceeded"}}""", ("Retry-After", "7"));

        var outcome = await Create();

        Assert.That(outcome, Is.InstanceOf<CreateOutcome.NotCreated>());
        Assert.That(((CreateOutcome.NotCreated)outcome).RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(7)));
        Assert.That(_ark.Calls, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task It_is_cancelled_with_its_caller()
    {
        using var caller = new CancellationTokenSource();
        _ark.Does(async () =>
        {
            await caller.CancelAsync();
            return await new TaskCompletionSource<HttpResponseMessage>().Task;
        });
        await using var host = new ProviderHost(_ark);

        Assert.That(() => host.Seedance.CreateAsync(Some.Create(), caller.Token), Throws.InstanceOf<OperationCanceledException>());
    }
}
