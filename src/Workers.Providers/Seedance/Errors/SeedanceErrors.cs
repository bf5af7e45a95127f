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
    public static ProviderFailure Refused(ArkAnswer answer) => NoTask(Of(answer));

    /// <summary>Whether a refusal that would close the account may be meant of one request only.</summary>
    public static bool IsDoubtful(ArkAnswer answer) =>
        (Find(answer.Error) ?? ErrorTable.ByStatus(StatusWithin(answer.Error) ?? (int)answer.Status)) is { IsDoubtful: true };

    /// <summary>
    /// An answer of 200 that carries a refusal, so that there is surely no task; null where it carries none, or one that does not say whether a task was made before.
    /// </summary>
    public static ProviderFailure? RefusedWithin(ArkAnswer answer) =>
        answer.Error is { Code: not null } error && (Find(error) is not null || StatusWithin(error) is not null)
        && Of(answer) is { Bucket: not (FailureBucket.ServerError or FailureBucket.Timeout) } refusal
            ? refusal
            : null;

    /// <summary>A create's answer that does not tell whether there is a task.</summary>
    public static ProviderFailure Unclear(ArkAnswer answer)
    {
        var said = answer.Error is { Code: not null };
        return Of(answer) is var failure && answer.IsSuccess && !said
            ? Uncertain(FailureBucket.SchemaMismatch, "NoTaskId", "The provider accepted the request, but its answer has no task id.", answer.Said)
            : Uncertain(
                failure.Bucket is FailureBucket.Timeout ? FailureBucket.Timeout : FailureBucket.ServerError,
                failure.Code,
                $"The provider answered {Number(answer.Status)}{(said ? " with an error" : "")}, so it is not known whether there is a task.",
                answer.Said);
    }

    /// <summary>Why there is no task, should the list show that there is none: what the provider said it was. Null where it said nothing.</summary>
    public static ProviderFailure? CauseOf(ArkAnswer answer) => answer.Error is { Code: not null } ? NoTask(Of(answer)) : null;

    /// <summary>A create whose answer was lost.</summary>
    public static ProviderFailure Lost(Exception fault) => Uncertain(
        HttpFault.IsTimeout(fault) ? FailureBucket.Timeout : FailureBucket.ServerError,
        HttpFault.Code(fault),
        $"The request was sent, but {HttpFault.InWords(fault)}, so it is not known whether there is a task.",
        said: null);

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
    public static ProviderFailure TaskFailed(ErrorDetail? error)
    {
        var failure = Find(error) is { } row
            ? Failure(row, error)
            : new()
            {
                Bucket = FailureBucket.Unknown,
                Disposition = Disposition.Fail,
                Code = Code(error?.Code),
                Reason = "The task failed with a code that is not known.",
                Fix = "Look the code up at the provider; if it will not happen again, submit the job anew.",
            };
        return failure with { Said = error is null ? null : $"{Code(error.Code)}, message {Outline.Of(error.Message)}" };
    }

    public static ProviderFailure TaskExpired { get; } = new()
    {
        Bucket = FailureBucket.Timeout,
        Disposition = Disposition.Retry,
        Code = "Expired",
        Reason = "The task did not run in time, and expired unbilled.",
        Fix = "Nothing: it is tried again.",
    };

    /// <summary>Where the code is known, what it means; else what the status means; else the class of the status.</summary>
    private static ProviderFailure Of(ArkAnswer answer)
    {
        var error = answer.Error;
        var status = StatusWithin(error) ?? (int)answer.Status;
        var failure = Find(error) is { } row ? Failure(row, error)
            : error?.Code is null ? Nameless(status)
            : ErrorTable.ByStatus(status) is { } known ? Failure(known, error) with { Reason = $"{known.Reason} It gave a code that is not known here." }
            : Unknown(status, error.Code);
        return failure with { Said = answer.Said };
    }

    /// <summary>Nothing was made, so nothing needs to be found out.</summary>
    private static ProviderFailure NoTask(ProviderFailure failure) =>
        failure.Disposition == Disposition.Reconcile ? failure with { Disposition = Disposition.Retry } : failure;

    private static ErrorRow? Find(ErrorDetail? error) => error?.Code is not { } code ? null
        : LooseJson.IsSame(code, "QuotaExceeded") ? ErrorTable.Quota.First(quota => Array.Exists(quota.Fragments, fragment => Says(error, fragment))).Row
        : ErrorTable.Rows.FirstOrDefault(row => Array.Exists(row.Codes, pattern => IsLike(code, pattern))) switch
        {
            { Bucket: FailureBucket.Validation } when ErrorTable.Fetching.Any(word => Says(error, word)) && ErrorTable.Passing.Any(word => Says(error, word)) => ErrorTable.Unfetched,
            var row => row,
        };

    private static bool IsLike(string code, string pattern) => FileSystemName.MatchesSimpleExpression(LooseJson.Bare(pattern), LooseJson.Bare(code), ignoreCase: true);

    private static bool Says(ErrorDetail error, string fragment) => (error.Message ?? "").Contains(fragment, StringComparison.OrdinalIgnoreCase);

    /// <summary>The status that a gateway gives as the code.</summary>
    private static int? StatusWithin(ErrorDetail? error) =>
        int.TryParse(error?.Code, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 400 and <= 599 ? status : null;

    private static ProviderFailure Failure(ErrorRow row, ErrorDetail? error) => new()
    {
        Bucket = row.Bucket,
        Disposition = row.Disposition,
        Code = Code(error?.Code),
        Reason = error?.Param is { } param && FieldPath().IsMatch(param) ? $"{row.Reason} It names the field {param}." : row.Reason,
        Fix = row.Fix,
    };

    /// <summary>Something between here and the provider answered, or the provider forgot its manners: there is only the status to go by.</summary>
    private static ProviderFailure Nameless(int status)
    {
        var row = ErrorTable.ByStatus(status);
        return new()
        {
            Bucket = row?.Bucket ?? FailureBucket.Unknown,
            Disposition = row?.Disposition ?? Disposition.Block,
            Code = $"Http{Number(status)}",
            Reason = $"The provider's address answered {Number(status)} without an error code.",
            Fix = "Check the account's BaseAddress and whatever stands between here and the provider; then resume the job.",
        };
    }

    private static ProviderFailure Unknown(int status, string code) => new()
    {
        Bucket = FailureBucket.Unknown,
        Disposition = Disposition.Block,
        Code = Code(code),
        Reason = $"The provider answered {Number(status)} with a code that is not known.",
        Fix = "Look the code up at the provider, and resume the job when its cause is gone.",
    };

    private static ProviderFailure Uncertain(FailureBucket bucket, string code, string reason, string? said) => new()
    {
        Bucket = bucket,
        Disposition = Disposition.Reconcile,
        Code = code,
        Reason = reason,
        Said = said,
        Fix = "Nothing: the provider's list is searched for the task.",
    };

    private static string Code(string? code) => SafeWord.Of(code) is { Length: > 0 } word ? word : "None";

    private static string Number(HttpStatusCode status) => Number((int)status);

    private static string Number(int status) => status.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_.\[\]]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex FieldPath();
}
