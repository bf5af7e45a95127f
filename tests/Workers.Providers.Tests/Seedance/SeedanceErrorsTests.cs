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

    private static async Task<ProviderFailure> Refusal(ScriptedArk ark)
    {
        await using var host = new ProviderHost(ark);
        var outcome = await host.Seedance.CreateAsync(Some.Create(), CancellationToken.None);
        return outcome is CreateOutcome.NotCreated(var failure, _) ? failure : throw new AssertionException($"It was {outcome}.");
    }
}
