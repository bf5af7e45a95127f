using System.Globalization;
using System.IO.Enumeration;
using System.Net;
using System.Text.RegularExpressions;
using Workers.Contracts;
using Workers.Providers.Http;
using Workers.Providers.Seedance.Wire;

namespace Workers.Providers.Seedance.Errors;

/// <summary>Turns ModelArk's errors into failures, by code. Of its messages nothing is repeated: they may quote user content.</summary>
internal static partial class SeedanceErrors
{
    /// <summary>ModelArk refused a create, so there is surely no task.</summary>
    public static ProviderFailure Refused(ArkAnswer answer)
    {
        var failure = Of(answer);

        // A code of the provider's own failure on a refusal: nothing was made, so nothing needs to be found out.
        return failure.Disposition == Disposition.Reconcile ? failure with { Disposition = Disposition.Retry } : failure;
    }

    /// <summary>A create's answer that tells nothing.</summary>
    public static ProviderFailure Unclear(ArkAnswer answer) => Of(answer) is var failure && answer.IsSuccess
        ? Uncertain(FailureBucket.SchemaMismatch, "NoTaskId", "The provider accepted the request, but its answer has no task id.")
        : Uncertain(
            failure.Bucket is FailureBucket.Timeout ? FailureBucket.Timeout : FailureBucket.ServerError,
            failure.Code,
            $"The provider answered {Number(answer.Status)}, so it is not known whether there is a task.");

    /// <summary>A create whose answer was lost.</summary>
    public static ProviderFailure Lost(Exception fault) => Uncertain(
        HttpFault.IsTimeout(fault) ? FailureBucket.Timeout : FailureBucket.ServerError,
        HttpFault.Code(fault),
        $"The request was sent, but {HttpFault.InWords(fault)}, so it is not known whether there is a task.");

    /// <summary>A call that never left, or a read that failed: trying again is safe.</summary>
    public static ProviderFailure Unreachable(Exception fault) => new()
    {
        Bucket = HttpFault.IsTimeout(fault) ? FailureBucket.Timeout : FailureBucket.ServerError,
        Disposition = Disposition.Retry,
        Code = HttpFault.Code(fault),
        NeverLeft = true,
        Reason = $"The provider could not be asked: {HttpFault.InWords(fault)}.",
        Fix = "Nothing: it is tried again.",
    };

    public static ProviderFailure KeyMissing { get; } = new()
    {
        Bucket = FailureBucket.Auth,
        Disposition = Disposition.PauseAccount,
        Code = "KeyMissing",
        Reason = "The account has no usable key: it is missing, its file cannot be read, or it holds characters that no key has.",
        Fix = "Correct the account's ApiKey or ApiKeyFile, and open the account again.",
    };

    /// <summary>A read or cancel was answered with an error. Only the account's own troubles need somebody: another read may do better.</summary>
    public static ProviderFailure Unanswered(ArkAnswer answer) => Of(answer) is var failure && failure.Disposition == Disposition.PauseAccount
        ? failure
        : failure with { Disposition = Disposition.Retry, Fix = "Nothing: it is tried again." };

    public static ProviderFailure Unreadable(string what) => new()
    {
        Bucket = FailureBucket.SchemaMismatch,
        Disposition = Disposition.Retry,
        Code = "Unreadable",
        Reason = $"The provider's answer has an unknown shape: {what}.",
        Fix = "If it stays so, the provider's API has changed, or the account's BaseAddress leads elsewhere.",
    };

    /// <summary>Why a task failed. An unknown code ends the job: the task has ended, and nobody knows whether another would do better.</summary>
    public static ProviderFailure TaskFailed(string? code, string? message) => Find(code, message) is { } row
        ? Failure(row, code, param: null)
        : new()
        {
            Bucket = FailureBucket.Unknown,
            Disposition = Disposition.Fail,
            Code = Code(code),
            Reason = "The task failed with a code that is not known.",
            Fix = "Look the code up at the provider; if it will not happen again, submit the job anew.",
        };

    public static ProviderFailure TaskExpired { get; } = new()
    {
        Bucket = FailureBucket.Timeout,
        Disposition = Disposition.Retry,
        Code = "Expired",
        Reason = "The task did not run in time, and expired unbilled.",
        Fix = "Nothing: it is tried again.",
    };

    private static ProviderFailure Of(ArkAnswer answer)
    {
        var error = answer.Error;
        return Find(error?.Code, error?.Message) is { } row
            ? Failure(row, error?.Code, error?.Param)
            : string.IsNullOrEmpty(error?.Code) ? Nameless(answer.Status) : Unknown(answer.Status, error.Code);
    }

    private static ErrorRow? Find(string? code, string? message) => code switch
    {
        null or "" => null,
        "QuotaExceeded" => ErrorTable.Quota.First(quota => Array.Exists(
            quota.Fragments, fragment => (message ?? "").Contains(fragment, StringComparison.OrdinalIgnoreCase))).Row,
        _ => ErrorTable.Rows.FirstOrDefault(row => Array.Exists(row.Codes, pattern => FileSystemName.MatchesSimpleExpression(pattern, code, ignoreCase: false))),
    };

    private static ProviderFailure Failure(ErrorRow row, string? code, string? param) => new()
    {
        Bucket = row.Bucket,
        Disposition = row.Disposition,
        Code = Code(code),
        Reason = param is not null && FieldPath().IsMatch(param) ? $"{row.Reason} It names the field {param}." : row.Reason,
        Fix = row.Fix,
    };

    /// <summary>Something between here and the provider answered, or the provider forgot its manners: there is only the status to go by.</summary>
    private static ProviderFailure Nameless(HttpStatusCode status)
    {
        var (bucket, disposition) = (int)status switch
        {
            401 or 403 => (FailureBucket.Auth, Disposition.PauseAccount),
            408 or 504 => (FailureBucket.Timeout, Disposition.Reconcile),
            429 => (FailureBucket.RateLimit, Disposition.Retry),
            >= 500 => (FailureBucket.ServerError, Disposition.Reconcile),
            _ => (FailureBucket.Unknown, Disposition.Block),
        };
        return new()
        {
            Bucket = bucket,
            Disposition = disposition,
            Code = $"Http{Number(status)}",
            Reason = $"The provider's address answered {Number(status)} without an error code.",
            Fix = "Check the account's BaseAddress and whatever stands between here and the provider; then resume the job.",
        };
    }

    private static ProviderFailure Unknown(HttpStatusCode status, string code) => new()
    {
        Bucket = FailureBucket.Unknown,
        Disposition = (int)status is >= 400 and <= 499 && status != HttpStatusCode.RequestTimeout ? Disposition.Block : Disposition.Reconcile,
        Code = Code(code),
        Reason = $"The provider answered {Number(status)} with a code that is not known.",
        Fix = "Look the code up at the provider, and resume the job when its cause is gone.",
    };

    private static ProviderFailure Uncertain(FailureBucket bucket, string code, string reason) => new()
    {
        Bucket = bucket,
        Disposition = Disposition.Reconcile,
        Code = code,
        Reason = reason,
        Fix = "Nothing: the provider's list is searched for the task.",
    };

    private static string Code(string? code) => SafeWord.Of(code) is { Length: > 0 } word ? word : "None";

    private static string Number(HttpStatusCode status) => ((int)status).ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_.\[\]]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex FieldPath();
}
