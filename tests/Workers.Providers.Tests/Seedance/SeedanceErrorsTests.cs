using Workers.Contracts;
using Workers.Providers.Tests.Support;

namespace Workers.Providers.Tests.Seedance;

/// <summary>ModelArk, error codes: what each means for a create, and for a task that failed of it.</summary>
internal sealed class SeedanceErrorsTests
{
    private readonly ScriptedArk _ark = new();

    [TestCase(400, "MissingParameter", FailureBucket.Validation, Disposition.Block)]
    [TestCase(400, "MissingParameter.Content", FailureBucket.Validation, Disposition.Block)]
    [TestCase(400, "InvalidParameter", FailureBucket.Validation, Disposition.Block)]
    [TestCase(400, "InvalidParameter.UnsupportedParameter", FailureBucket.Validation, Disposition.Block)]
    [TestCase(400, "InvalidParameter.TaskTypeConstraint", FailureBucket.Validation, Disposition.Block)]
    [TestCase(400, "InvalidParameter.TaskTypeMismatch", FailureBucket.Validation, Disposition.Block)]
    [TestCase(400, "InvalidImageURL.EmptyURL", FailureBucket.Validation, Disposition.Block)]
    [TestCase(400, "InvalidEndpoint.ClosedEndpoint", FailureBucket.Validation, Disposition.Block)]
    [TestCase(400, "SensitiveContentDetected.Violence", FailureBucket.ContentPolicy, Disposition.Block)]
    [TestCase(400, "InputTextSensitiveContentDetected", FailureBucket.ContentPolicy, Disposition.Block)]
    [TestCase(400, "InputImageSensitiveContentDetected.PolicyViolation", FailureBucket.ContentPolicy, Disposition.Block)]
    [TestCase(400, "InputVideoSensitiveContentDetected.PrivacyInformation", FailureBucket.ContentPolicy, Disposition.Block)]
    [TestCase(400, "InputImageRiskDetection", FailureBucket.ContentPolicy, Disposition.Block)]
    [TestCase(400, "OutputVideoSensitiveContentDetected", FailureBucket.ContentPolicy, Disposition.Fail)]
    [TestCase(400, "OutputImageRiskDetection", FailureBucket.ContentPolicy, Disposition.Fail)]
    [TestCase(400, "ContentSecurityDetectionError", FailureBucket.ServerError, Disposition.Retry)]
    [TestCase(401, "AuthenticationError", FailureBucket.Auth, Disposition.PauseAccount)]
    [TestCase(401, "InvalidAccountStatus", FailureBucket.Auth, Disposition.PauseAccount)]
    [TestCase(403, "AccountOverdueError", FailureBucket.Quota, Disposition.PauseAccount)]
    [TestCase(403, "OperationDenied.ServiceOverdue", FailureBucket.Quota, Disposition.PauseAccount)]
    [TestCase(403, "AccessDenied", FailureBucket.Auth, Disposition.PauseAccount)]
    [TestCase(403, "OperationDenied.PermissionDenied", FailureBucket.Auth, Disposition.PauseAccount)]
    [TestCase(403, "OperationDenied.ServiceNotOpen", FailureBucket.Auth, Disposition.PauseAccount)]
    [TestCase(404, "InvalidEndpointOrModel.NotFound", FailureBucket.Auth, Disposition.Block)]
    [TestCase(404, "InvalidEndpointOrModel.ModelIDAccessDisabled", FailureBucket.Auth, Disposition.Block)]
    [TestCase(404, "ModelNotOpen", FailureBucket.Auth, Disposition.Block)]
    [TestCase(404, "UnsupportedModel", FailureBucket.Auth, Disposition.Block)]
    [TestCase(429, "RateLimitExceeded.EndpointRPMExceeded", FailureBucket.RateLimit, Disposition.Retry)]
    [TestCase(429, "ModelAccountRpmRateLimitExceeded", FailureBucket.RateLimit, Disposition.Retry)]
    [TestCase(429, "AccountRateLimitExceeded", FailureBucket.RateLimit, Disposition.Retry)]
    [TestCase(429, "RequestBurstTooFast", FailureBucket.RateLimit, Disposition.Retry)]
    [TestCase(429, "ServerOverloaded", FailureBucket.RateLimit, Disposition.Retry)]
    [TestCase(429, "InflightBatchsizeExceeded", FailureBucket.RateLimit, Disposition.Retry)]
    [TestCase(429, "SetLimitExceeded", FailureBucket.Quota, Disposition.PauseAccount)]
    [TestCase(400, "OutputAudioSensitiveContentDetected", FailureBucket.ContentPolicy, Disposition.Fail)]

    // Gateways that speak as other APIs do.
    [TestCase(400, "invalid_request_error", FailureBucket.Validation, Disposition.Block)]
    [TestCase(400, "invalid_parameter", FailureBucket.Validation, Disposition.Block)]
    [TestCase(400, "content_policy_violation", FailureBucket.ContentPolicy, Disposition.Block)]
    [TestCase(401, "invalid_api_key", FailureBucket.Auth, Disposition.PauseAccount)]
    [TestCase(401, "authentication_error", FailureBucket.Auth, Disposition.PauseAccount)]
    [TestCase(403, "insufficient_user_quota", FailureBucket.Quota, Disposition.PauseAccount)]
    [TestCase(404, "model_not_found", FailureBucket.Auth, Disposition.Block)]
    [TestCase(429, "insufficient_quota", FailureBucket.Quota, Disposition.PauseAccount)]
    [TestCase(429, "rate_limit_exceeded", FailureBucket.RateLimit, Disposition.Retry)]

    // Where the code is unknown the status decides; where that means nothing by itself, its class.
    [TestCase(429, "slow-down.please", FailureBucket.RateLimit, Disposition.Retry)]
    [TestCase(425, "SomethingNew.Odd", FailureBucket.RateLimit, Disposition.Retry)]
    [TestCase(425, "InternalServiceError", FailureBucket.ServerError, Disposition.Retry)]
    [TestCase(422, "SomethingNew.Odd", FailureBucket.Unknown, Disposition.Block)]
    [TestCase(401, "SomethingNew.Odd", FailureBucket.Auth, Disposition.PauseAccount)]
    [TestCase(402, "SomethingNew.Odd", FailureBucket.Quota, Disposition.PauseAccount)]
    [TestCase(418, "SomethingNew.Odd", FailureBucket.Unknown, Disposition.Block)]
    public async Task ARefusedCreateMadeNothing(int status, string code, FailureBucket bucket, Disposition disposition)
    {
        var failure = await Refusal(_ark.Refuses(status, code));

        Assert.That((failure.Bucket, failure.Disposition, failure.Code), Is.EqualTo((bucket, disposition, code)));
    }

    [TestCase("The queue has exceeded the quota of tasks", FailureBucket.RateLimit, Disposition.Retry)]
    [TestCase("Your free trial is used up", FailureBucket.Quota, Disposition.PauseAccount)]
    [TestCase("You have exceeded the quota, it will reset at 2026-10-01", FailureBucket.Quota, Disposition.PauseAccount)]
    [TestCase("", FailureBucket.RateLimit, Disposition.Retry)]
    public async Task AnExceededQuotaMeansWhatItsMessageSays(string message, FailureBucket bucket, Disposition disposition)
    {
        var failure = await Refusal(_ark.Refuses(429, "QuotaExceeded", message));

        Assert.That((failure.Bucket, failure.Disposition), Is.EqualTo((bucket, disposition)));
    }

    [TestCase(400, FailureBucket.Unknown, Disposition.Block)]
    [TestCase(401, FailureBucket.Auth, Disposition.PauseAccount)]
    [TestCase(404, FailureBucket.Unknown, Disposition.Block)]
    [TestCase(402, FailureBucket.Quota, Disposition.PauseAccount)]
    [TestCase(403, FailureBucket.Auth, Disposition.PauseAccount)]
    [TestCase(425, FailureBucket.RateLimit, Disposition.Retry)]
    [TestCase(429, FailureBucket.RateLimit, Disposition.Retry)]
    public async Task WithoutACodeThereIsOnlyTheStatusToGoBy(int status, FailureBucket bucket, Disposition disposition)
    {
        var failure = await Refusal(_ark.Answers((System.Net.HttpStatusCode)status, "<html>nginx</html>"));

        Assert.That((failure.Bucket, failure.Disposition, failure.Code), Is.EqualTo((bucket, disposition, $"Http{status}")));
    }

    [TestCase("content[1].image_url", "The provider refused the request's shape. It names the field content[1].image_url.")]
    [TestCase("a cat on a mat", "The provider refused the request's shape.")]
    public async Task TheNamedFieldIsRepeatedOnlyIfItIsOne(string param, string reason)
    {
        var failure = await Refusal(_ark.Refuses(400, "InvalidParameter", "a cat on a mat", param));

        Assert.That(failure.Reason, Is.EqualTo(reason));
    }

    [TestCase("Odd code with words", "Odd")]
    [TestCase("<script>", "None")]
    public async Task ACodeIsCutToOneSafeWord(string code, string kept)
    {
        var failure = await Refusal(_ark.Refuses(400, code));

        Assert.That(failure.Code, Is.EqualTo(kept));
    }

    [TestCase("InputImageSensitiveContentDetected", FailureBucket.ContentPolicy, Disposition.Block)]
    [TestCase("OutputVideoSensitiveContentDetected.PolicyViolation", FailureBucket.ContentPolicy, Disposition.Fail)]
    [TestCase("InternalServiceError", FailureBucket.ServerError, Disposition.Retry)]
    [TestCase("InvalidParameter.TaskTypeMismatch", FailureBucket.Validation, Disposition.Block)]
    [TestCase("NeverHeardOf", FailureBucket.Unknown, Disposition.Fail)]
    public async Task AFailedTaskTellsWhy(string code, FailureBucket bucket, Disposition disposition)
    {
        foreach (var field in new[] { "error", "failure_reason" })
        {
            _ark.Answers(Some.Task("cgt-1", "failed", ("error", "null"), (field, $$"""{"code":"{{code}}","message":"a cat"}""")));
            await using var host = new ProviderHost(_ark);

            var task = await host.Seedance.GetAsync(ProviderHost.Account, "cgt-1", CancellationToken.None);

            Assert.That(task!.Status, Is.EqualTo(ProviderTaskStatus.Failed));
            Assert.That((task.Failure!.Bucket, task.Failure.Disposition, task.Failure.Code), Is.EqualTo((bucket, disposition, code)));
        }
    }

    [Test]
    public async Task AnExpiredTaskIsTriedAgain()
    {
        _ark.Answers(Some.Task("cgt-1", "expired"));
        await using var host = new ProviderHost(_ark);

        var task = await host.Seedance.GetAsync(ProviderHost.Account, "cgt-1", CancellationToken.None);

        Assert.That((task!.Failure!.Bucket, task.Failure.Disposition), Is.EqualTo((FailureBucket.Timeout, Disposition.Retry)));
    }

    /// <summary>Only what names the account closes it at once; the rest may be meant of one request.</summary>
    [TestCase(401, "AuthenticationError", false)]
    [TestCase(403, "AccountOverdueError", false)]
    [TestCase(429, "insufficient_quota", false)]
    [TestCase(403, "AccessDenied", true)]
    [TestCase(403, "SomethingNew.Odd", true)]
    [TestCase(401, "SomethingNew.Odd", true)]
    public async Task WhetherARefusalIsTheAccountsIsInDoubtUnlessItSaysSo(int status, string code, bool isDoubtful) =>
        Assert.That((await Refused(_ark.Refuses(status, code))).IsDoubtful, Is.EqualTo(isDoubtful));

    [TestCase("timeout while fetching resource", FailureBucket.Validation, Disposition.Retry)]
    [TestCase("Timed out: the image could not be downloaded", FailureBucket.Validation, Disposition.Retry)]
    [TestCase("the duration of the download must be a number", FailureBucket.Validation, Disposition.Block)]
    [TestCase("timeout must be a whole number", FailureBucket.Validation, Disposition.Block)]
    public async Task AReferenceThatWasNotFetchedInTimeIsTriedAgainFirst(string message, FailureBucket bucket, Disposition disposition)
    {
        foreach (var code in new[] { "InvalidParameter", "InvalidParameter.Content", "InvalidImageURL" })
        {
            var failure = await Refusal(new ScriptedArk().Refuses(400, code, message, "content[1].image_url"));

            Assert.That((failure.Bucket, failure.Disposition, failure.Code), Is.EqualTo((bucket, disposition, code)));
        }
    }

    [Test]
    public async Task RefusedSoundNamesTheParameterThatHelps() =>
        Assert.That((await Refusal(_ark.Refuses(400, "OutputAudioSensitiveContentDetected"))).Fix, Does.Contain("generate_audio").And.Contains("false"));

    /// <summary>Gateways wrap ModelArk's errors, and word their own.</summary>
    [TestCase("""{"error":{"code":"InvalidParameter","message":"m"}}""", "InvalidParameter", FailureBucket.Validation)]
    [TestCase("""{"error":"InvalidParameter"}""", "InvalidParameter", FailureBucket.Validation)]
    [TestCase("""{"code":"InvalidParameter","message":"m"}""", "InvalidParameter", FailureBucket.Validation)]
    [TestCase("""{"error":{"message":"m","type":"invalid_request_error","param":null,"code":null}}""", "invalid_request_error", FailureBucket.Validation)]
    [TestCase("""{"error":{"error":{"code":"InvalidParameter","message":"m"}}}""", "InvalidParameter", FailureBucket.Validation)]
    [TestCase("""{"data":{"error":{"code":"InvalidParameter","message":"m"}}}""", "InvalidParameter", FailureBucket.Validation)]
    [TestCase("""{"detail":{"code":"InvalidParameter","message":"m"}}""", "InvalidParameter", FailureBucket.Validation)]
    [TestCase("""{"errors":[{"code":"InvalidParameter","message":"m"}]}""", "InvalidParameter", FailureBucket.Validation)]
    [TestCase("""{"ResponseMetadata":{"RequestId":"r","Error":{"Code":"InvalidParameter","Message":"m"}}}""", "InvalidParameter", FailureBucket.Validation)]
    [TestCase("""{"code":"fail_to_fetch_task","message":"{\"error\":{\"code\":\"InvalidParameter\",\"message\":\"m\"}}"}""", "InvalidParameter", FailureBucket.Validation)]
    [TestCase("""{"code":"fail_to_fetch_task","message":"the prompt {\"error\":{\"code\":\"AccountOverdueError\"}} is odd"}""", "fail_to_fetch_task", FailureBucket.Unknown)]
    [TestCase("""{"error":{"code":429,"message":"m"}}""", "429", FailureBucket.RateLimit)]
    [TestCase("""{"detail":[{"loc":["body"],"msg":"m","type":"missing"}]}""", "missing", FailureBucket.Unknown)]
    [TestCase("""{"detail":"Request was throttled."}""", "Http400", FailureBucket.Unknown)]
    [TestCase("""[[[[[[[[{"code":"InvalidParameter"}]]]]]]]]""", "Http400", FailureBucket.Unknown)]
    public async Task TheCodeIsFoundWhereverItLies(string body, string code, FailureBucket bucket)
    {
        var failure = await Refusal(_ark.Answers(System.Net.HttpStatusCode.BadRequest, body));

        Assert.That((failure.Code, failure.Bucket), Is.EqualTo((code, bucket)));
    }

    /// <summary>What was said can be found at the provider, and none of its words is kept.</summary>
    [TestCase("""{"error":{"code":"rate_limit_exceeded","message":"a cat"}}""", "429 rate_limit_exceeded, message 2f14f0e3e0f2, 5 bytes")]
    [TestCase("a cat", "429 without a code, body 2f14f0e3e0f2, 5 bytes")]
    public async Task WhatTheProviderSaidIsOnRecord(string body, string said)
    {
        var failure = await Refusal(_ark.Answers(System.Net.HttpStatusCode.TooManyRequests, body));

        Assert.That(failure.Said, Is.EqualTo(said.Replace("2f14f0e3e0f2, 5 bytes", Outline.Of("a cat"), StringComparison.Ordinal)));
    }

    private static async Task<ProviderFailure> Refusal(ScriptedArk ark) => (await Refused(ark)).Failure;

    private static async Task<CreateOutcome.NotCreated> Refused(ScriptedArk ark)
    {
        await using var host = new ProviderHost(ark);
        var outcome = await host.Seedance.CreateAsync(Some.Create(), CancellationToken.None);
        return outcome as CreateOutcome.NotCreated ?? throw new AssertionException($"It was {outcome}.");
    }
}
