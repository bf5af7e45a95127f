using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Workers.Contracts;
using Workers.Providers;
using Workers.Providers.Accounts;

namespace Workers.Jobs.Lifecycle;

/// <summary>The rules of the contract: what breaks one makes no job.</summary>
public sealed partial class SubmissionRules(
    ProviderDirectory providers,
    IOptions<AccountsOptions> accounts,
    IOptions<LifecycleOptions> lifecycle,
    TimeProvider time)
{
    public const int LongestUser = 256;
    public const int MostTags = 16;

    /// <summary>The form of tenants, keys and tags, as a regular expression without anchors.</summary>
    public const string NamePattern = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

    internal const string NameRule = "1 to 64 letters, digits, dots, underscores and dashes, the first a letter or digit";

    /// <summary>All faults of a submission, in the order of its members.</summary>
    public IReadOnlyList<InputFault> Check(SubmitJob submission)
    {
        List<InputFault> faults = [];
        CheckName(faults, "tenantId", submission.TenantId, required: true);
        CheckName(faults, "idempotencyKey", submission.IdempotencyKey, required: false);
        if (submission.UserId is { } user && (user.Length > LongestUser || user.Length == 0))
        {
            faults.Add(InputRules.Fault("userId", InputRules.Shape(user), $"a user is named in 1 to {LongestUser} characters", "Shorten it, or leave it out."));
        }

        CheckProvider(faults, submission);
        faults.AddRange(InputRules.Check(submission.Input));
        CheckExpectation(faults, submission.Expect);
        CheckDeadline(faults, submission.Deadline);
        CheckTags(faults, submission.Tags ?? []);
        return faults;
    }

    /// <summary>Whether a text has the form of a tenant, key or tag. One that has not may be anything, and is repeated nowhere.</summary>
    public static bool IsName(string? text) => text is not null && Name().IsMatch(text);

    /// <summary>The key belongs to a job with other input.</summary>
    public static InputFault KeyTaken(Guid jobId) => InputRules.Fault(
        "idempotencyKey",
        "a key in use",
        $"a key belongs to one input, and this one to that of job {jobId}",
        "Submit the same input again, or choose another key.");

    private static void CheckName(List<InputFault> faults, string field, string? name, bool required)
    {
        if (name is null ? required : !IsName(name))
        {
            faults.Add(InputRules.Fault(field, InputRules.Shape(name), $"{field} has {NameRule}", required ? "Give such a name." : "Give such a name, or leave it out."));
        }
    }

    private void CheckProvider(List<InputFault> faults, SubmitJob submission)
    {
        if (submission.Provider is null || !providers.TryFind(submission.Provider, out _))
        {
            faults.Add(InputRules.Fault(
                "provider",
                InputRules.Shape(submission.Provider),
                $"provider is one of: {string.Join(", ", providers.Names)}",
                "Name one of these."));
        }
        else if (accounts.Value.Choose(submission.Provider, submission.TenantId ?? "") is null)
        {
            faults.Add(InputRules.Fault(
                "tenantId",
                "a tenant without an account",
                $"an account at {submission.Provider} pays for each tenant",
                "Add the tenant to an account in the section Accounts of the configuration."));
        }
    }

    private static void CheckExpectation(List<InputFault> faults, ResultExpectation? expect)
    {
        if (expect is null)
        {
            return;
        }

        if (expect.MinBytes is < 0 || expect.MaxBytes is < 0 || expect.MinBytes > expect.MaxBytes)
        {
            faults.Add(InputRules.Fault("expect.minBytes", "numbers out of order", "0 <= minBytes <= maxBytes", "Correct the two numbers."));
        }

        if (expect.Sha256 is { } hash && !InputRules.Sha256().IsMatch(hash))
        {
            faults.Add(InputRules.Fault("expect.sha256", InputRules.Shape(hash), "sha256 is a SHA-256 in hexadecimal", "Give its 64 digits, or leave it out."));
        }

        if (expect.MediaTypes is { } types && types.Any(type => type is not null && !MediaType().IsMatch(type)))
        {
            faults.Add(InputRules.Fault("expect.mediaTypes", "a value that is no media type", "media types look like video/mp4", "Correct or leave out that value."));
        }
    }

    private void CheckDeadline(List<InputFault> faults, DateTimeOffset? deadline)
    {
        var now = time.Now();
        if (deadline <= now || deadline > now + lifecycle.Value.LongestJobTimeout)
        {
            faults.Add(InputRules.Fault(
                "deadline",
                deadline <= now ? "a time in the past" : "a time too far ahead",
                $"a deadline lies in the future, at most {lifecycle.Value.LongestJobTimeout} ahead",
                "Give such a time in UTC, or leave it out."));
        }
    }

    private static void CheckTags(List<InputFault> faults, IReadOnlyList<string> tags)
    {
        if (tags.Count(tag => tag is not null) is > MostTags and var count)
        {
            faults.Add(InputRules.Fault("tags", $"{count} tags", $"there are at most {MostTags} tags", "Leave some out."));
        }

        foreach (var (i, tag) in tags.Take(MostTags).Index().Where(tag => tag.Item is not null))
        {
            CheckName(faults, $"tags[{i}]", tag, required: true);
        }
    }

    [GeneratedRegex(@"\A" + NamePattern + @"\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"\A[a-zA-Z0-9!#$&^_.+-]+/[a-zA-Z0-9!#$&^_.+-]+\z")]
    private static partial Regex MediaType();
}
