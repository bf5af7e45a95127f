using Workers.Contracts;

namespace Workers.Providers.Seedance.Errors;

/// <summary>What a family of ModelArk's error codes means.</summary>
/// <param name="Codes">Codes; <c>*</c> stands for anything, and casing, underscores and hyphens do not count.</param>
/// <param name="Bucket">The cause.</param>
/// <param name="Disposition">What is done about it where no task was made, or where a task failed of it.</param>
/// <param name="Reason">For a person.</param>
/// <param name="Fix">For a person.</param>
internal sealed record ErrorRow(string[] Codes, FailureBucket Bucket, Disposition Disposition, string Reason, string Fix)
{
    /// <summary>It may be meant of one request only.</summary>
    public bool IsDoubtful { get; init; }
}

/// <summary>ModelArk, error codes, as data; and those of gateways that speak as other APIs do. The first row that fits counts.</summary>
internal static class ErrorTable
{
    public static IReadOnlyList<ErrorRow> Rows { get; } =
    [
        new(["InvalidParameter.TaskTypeConstraint", "InvalidParameter.TaskTypeMismatch"], FailureBucket.Validation, Disposition.Block,
            "The provider says that the inputs do not fit the task type.", "Correct omni_reference_task_type or the references, and resume the job."),
        new(
            [
                "MissingParameter", "MissingParameter.*", "InvalidParameter", "InvalidParameter.*", "InvalidImageURL", "InvalidImageURL.*", "InvalidEndpoint.ClosedEndpoint",
                "invalid_request", "invalid_request_error", "bad_request", "invalid_value", "validation_error", "unsupported_parameter", "unknown_parameter",
                "missing_required_parameter", "unprocessable_entity",
            ],
            FailureBucket.Validation, Disposition.Block, "The provider refused the request's shape.", "Correct the input, and resume the job."),
        new(
            [
                "SensitiveContentDetected", "SensitiveContentDetected.*", "Input*SensitiveContentDetected*", "Input*PrivacyInformation*", "Input*RiskDetection*",
                "content_policy*", "content_filter*", "moderation_blocked", "sensitive_words_detected",
            ],
            FailureBucket.ContentPolicy, Disposition.Block, "The provider's moderation refused the input.", "Change the prompt or the references, and resume the job."),
        new(["OutputAudioSensitiveContentDetected*", "OutputAudioRiskDetection*"], FailureBucket.ContentPolicy, Disposition.Fail,
            "The provider's moderation refused the sound of what was made, not its pictures.",
            "Submit it again, as another job, with parameters.generate_audio set to false; or as it is, since chance plays a part."),
        new(["Output*SensitiveContentDetected*", "Output*RiskDetection*"], FailureBucket.ContentPolicy, Disposition.Fail,
            "The provider's moderation refused what was made.", "Submit it again, as another job and perhaps with another prompt; chance plays a part."),
        new(["ContentSecurityDetectionError"], FailureBucket.ServerError, Disposition.Retry, "The provider's moderation did not work.", "Nothing: it is tried again."),

        new(["AuthenticationError", "invalid_api_key", "incorrect_api_key*", "invalid_authentication"], FailureBucket.Auth, Disposition.PauseAccount,
            "The provider refused the account's key.", "Give the account a valid key, and open it again."),
        new(["InvalidAccountStatus", "account_deactivated", "account_suspended"], FailureBucket.Auth, Disposition.PauseAccount,
            "The provider has suspended the account.", "Clear it with the provider, and open the account again."),
        new(
            [
                "AccountOverdueError", "OperationDenied.ServiceOverdue", "insufficient_quota", "insufficient_user_quota", "insufficient_balance", "payment_required",
                "billing_hard_limit_reached", "billing_not_active",
            ],
            FailureBucket.Quota, Disposition.PauseAccount, "The account has bills to pay, or no money left.", "Pay them, and open the account again."),
        new(["AccessDenied", "AccessDenied.*", "OperationDenied", "OperationDenied.*", "permission_denied", "permission_error", "unauthorized", "forbidden"],
            FailureBucket.Auth, Disposition.PauseAccount,
            "The account may not do this.", "Give it the right or activate the service at the provider, and open the account again.") { IsDoubtful = true },

        // One job's model must not stop its neighbours.
        new(["InvalidEndpointOrModel.*", "ModelNotOpen", "UnsupportedModel", "model_not_found", "model_not_available"], FailureBucket.Auth, Disposition.Block,
            "The account has no access to the model.", "Activate the model for the account or correct input.model, and resume the job."),

        new(
            [
                "RateLimitExceeded", "RateLimitExceeded.*", "*RateLimitExceeded", "*RpmExceeded", "*TpmExceeded", "RequestBurstTooFast", "ServerOverloaded",
                "rate_limit*", "too_many_requests", "overloaded*", "engine_overloaded*", "throttled", "throttling*",
            ],
            FailureBucket.RateLimit, Disposition.Retry, "There were too many calls.", "Nothing: it is tried again. If it happens often, lower the account's CreatesPerMinute."),
        new(["InflightBatchsizeExceeded"], FailureBucket.RateLimit, Disposition.Retry,
            "The account has too many tasks under way.", "Nothing: it is tried again. If it happens often, lower the account's TasksInFlight."),
        new(["SetLimitExceeded"], FailureBucket.Quota, Disposition.PauseAccount,
            "The spending limit that was set for the account is reached.", "Raise it at the provider, and open the account again."),

        new(["InternalServiceError", "internal_server_error", "internal_error", "server_error", "api_error", "service_unavailable", "bad_gateway", "upstream_error"],
            FailureBucket.ServerError, Disposition.Retry, "The provider failed.", "Nothing: it is tried again."),
        new(["gateway_timeout", "request_timeout", "timeout", "timeout_error"], FailureBucket.Timeout, Disposition.Retry,
            "The provider did not answer in time.", "Nothing: it is tried again."),
    ];

    /// <summary>QuotaExceeded means three things; only its message tells which. The first fragment that is found counts, the last row where none is.</summary>
    public static IReadOnlyList<(string[] Fragments, ErrorRow Row)> Quota { get; } =
    [
        (["will reset at"], new(["QuotaExceeded"], FailureBucket.Quota, Disposition.PauseAccount,
            "The account's allowance for now is used up.", "Wait until it is renewed or raise it at the provider, and open the account again.")),
        (["trial", "free credit"], new(["QuotaExceeded"], FailureBucket.Quota, Disposition.PauseAccount,
            "The account's free trial is used up.", "Activate billing at the provider, and open the account again.")),
        ([""], new(["QuotaExceeded"], FailureBucket.RateLimit, Disposition.Retry,
            "The account has too many queued tasks.", "Nothing: it is tried again. If it happens often, lower the account's TasksInFlight.")),
    ];

    /// <summary>
    /// A refused input that was not even read: the provider could not fetch a reference in time, which another call may. Of Validation all the same: when the tries are used up,
    /// it is the input that somebody must act on.
    /// </summary>
    public static ErrorRow Unfetched { get; } = new([], FailureBucket.Validation, Disposition.Retry,
        "The provider could not fetch a reference in time.",
        "It is tried again first. Then put the reference where it is fetched faster, and resume the job with its new address, or as it is.");

    /// <summary>Of a message of a refused input, two that tell that a fetch failed: one of what was done, one of how it went.</summary>
    public static IReadOnlyList<string> Fetching { get; } = ["fetch", "download", "loading resource", "retriev"];

    /// <summary>Likewise.</summary>
    public static IReadOnlyList<string> Passing { get; } = ["timeout", "timed out", "time out", "deadline exceeded", "temporar", "connection reset", "try again"];

    /// <summary>What a status means by itself, where no code is known. The other statuses of 4xx are a refusal that somebody must look into; those of 5xx a failure of the provider.</summary>
    public static ErrorRow? ByStatus(int status) => status switch
    {
        401 or 403 or 407 => new([], FailureBucket.Auth, Disposition.PauseAccount, "The account may not do this.", "Give it a valid key or the right at the provider, and open the account again.") { IsDoubtful = true },
        402 => new([], FailureBucket.Quota, Disposition.PauseAccount, "The account has bills to pay, or no money left.", "Pay them, and open the account again.") { IsDoubtful = true },
        408 or 499 or 504 or 524 => new([], FailureBucket.Timeout, Disposition.Reconcile, "The provider did not answer in time.", "Nothing: it is tried again."),
        425 or 429 => new([], FailureBucket.RateLimit, Disposition.Retry, "There were too many calls, or one too early.", "Nothing: it is tried again. If it happens often, lower the account's CreatesPerMinute."),
        >= 500 => new([], FailureBucket.ServerError, Disposition.Reconcile, "The provider failed.", "Nothing: it is tried again."),
        _ => null,
    };
}
