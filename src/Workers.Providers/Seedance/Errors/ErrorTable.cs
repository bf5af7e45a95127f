using Workers.Contracts;

namespace Workers.Providers.Seedance.Errors;

/// <summary>What a family of ModelArk's error codes means.</summary>
/// <param name="Codes">Codes; <c>*</c> stands for anything.</param>
/// <param name="Bucket">The cause.</param>
/// <param name="Disposition">What is done about it where no task was made, or where a task failed of it.</param>
/// <param name="Reason">For a person.</param>
/// <param name="Fix">For a person.</param>
internal sealed record ErrorRow(string[] Codes, FailureBucket Bucket, Disposition Disposition, string Reason, string Fix);

/// <summary>ModelArk, error codes, as data. The first row that fits counts.</summary>
internal static class ErrorTable
{
    public static IReadOnlyList<ErrorRow> Rows { get; } =
    [
        new(["InvalidParameter.TaskTypeConstraint", "InvalidParameter.TaskTypeMismatch"], FailureBucket.Validation, Disposition.Block,
            "The provider says that the inputs do not fit the task type.", "Correct omni_reference_task_type or the references, and resume the job."),
        new(["MissingParameter", "MissingParameter.*", "InvalidParameter", "InvalidParameter.*", "InvalidImageURL", "InvalidImageURL.*", "InvalidEndpoint.ClosedEndpoint"],
            FailureBucket.Validation, Disposition.Block, "The provider refused the request's shape.", "Correct the input, and resume the job."),
        new(["SensitiveContentDetected", "SensitiveContentDetected.*", "Input*SensitiveContentDetected*", "Input*PrivacyInformation*", "Input*RiskDetection*"],
            FailureBucket.ContentPolicy, Disposition.Block, "The provider's moderation refused the input.", "Change the prompt or the references, and resume the job."),
        new(["Output*SensitiveContentDetected*", "Output*RiskDetection*"], FailureBucket.ContentPolicy, Disposition.Fail,
            "The provider's moderation refused what was made.", "Submit it again, as another job and perhaps with another prompt; chance plays a part."),
        new(["ContentSecurityDetectionError"], FailureBucket.ServerError, Disposition.Retry, "The provider's moderation did not work.", "Nothing: it is tried again."),

        new(["AuthenticationError"], FailureBucket.Auth, Disposition.PauseAccount, "The provider refused the account's key.", "Give the account a valid key, and open it again."),
        new(["InvalidAccountStatus"], FailureBucket.Auth, Disposition.PauseAccount, "The provider has suspended the account.", "Clear it with the provider, and open the account again."),
        new(["AccountOverdueError", "OperationDenied.ServiceOverdue"], FailureBucket.Quota, Disposition.PauseAccount,
            "The account has bills to pay.", "Pay them, and open the account again."),
        new(["AccessDenied", "AccessDenied.*", "OperationDenied", "OperationDenied.*"], FailureBucket.Auth, Disposition.PauseAccount,
            "The account may not do this.", "Give it the right or activate the service at the provider, and open the account again."),

        // One job's model must not stop its neighbours.
        new(["InvalidEndpointOrModel.*", "ModelNotOpen", "UnsupportedModel"], FailureBucket.Auth, Disposition.Block,
            "The account has no access to the model.", "Activate the model for the account or correct input.model, and resume the job."),

        new(["RateLimitExceeded", "RateLimitExceeded.*", "*RateLimitExceeded", "*RpmExceeded", "*TpmExceeded", "RequestBurstTooFast", "ServerOverloaded"],
            FailureBucket.RateLimit, Disposition.Retry, "There were too many calls.", "Nothing: it is tried again. If it happens often, lower the account's CreatesPerMinute."),
        new(["InflightBatchsizeExceeded"], FailureBucket.RateLimit, Disposition.Retry,
            "The account has too many tasks under way.", "Nothing: it is tried again. If it happens often, lower the account's TasksInFlight."),
        new(["SetLimitExceeded"], FailureBucket.Quota, Disposition.PauseAccount,
            "The spending limit that was set for the account is reached.", "Raise it at the provider, and open the account again."),

        new(["InternalServiceError"], FailureBucket.ServerError, Disposition.Retry, "The provider failed.", "Nothing: it is tried again."),
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
}
