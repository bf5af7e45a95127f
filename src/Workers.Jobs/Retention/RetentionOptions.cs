using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Workers.Jobs.Lifecycle;

namespace Workers.Jobs.Retention;

/// <summary>How long things are kept. Section <c>Retention</c>.</summary>
public sealed class RetentionOptions
{
    public const string Section = "Retention";

    /// <summary>How long ended jobs are kept, with their files, attempts, results and failures; and how long an idempotency key holds after its job's end. Default 7 days, at least 24 hours.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan KeepEndedFor { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Tenants for which another time holds, for example <c>Retention:Tenants:acme</c> = <c>30.00:00:00</c>. At least 24 hours each.</summary>
    public IDictionary<string, TimeSpan> Tenants { get; } = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);

    /// <summary>How long the audit is kept. Default 400 days.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan KeepAuditFor { get; set; } = TimeSpan.FromDays(400);

    /// <summary>How long the records of what tasks cost are kept, which outlive their jobs. Default 400 days, so that a year can be compared with the one before.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan KeepCostsFor { get; set; } = TimeSpan.FromDays(400);

    /// <summary>How long a tenant's ended jobs are kept.</summary>
    public TimeSpan Of(string tenant) => Tenants.TryGetValue(tenant, out var own) ? own : KeepEndedFor;

    /// <summary>The longest of all times that ended jobs are kept.</summary>
    public TimeSpan Longest => Tenants.Values.Append(KeepEndedFor).Max();
}

[OptionsValidator]
internal sealed partial class RetentionOptionsValidator : IValidateOptions<RetentionOptions>;

/// <summary>The rules of the tenants' own times.</summary>
internal sealed class TenantRetentionValidator : IValidateOptions<RetentionOptions>
{
    private static readonly TimeSpan Least = TimeSpan.FromHours(24);
    private static readonly TimeSpan Most = TimeSpan.FromDays(3650);

    public ValidateOptionsResult Validate(string? name, RetentionOptions options)
    {
        List<string> faults = [];
        foreach (var (tenant, time) in options.Tenants)
        {
            if (!SubmissionRules.IsName(tenant))
            {
                faults.Add($"Retention:Tenants names a tenant that can't be one: a tenant has {SubmissionRules.NameRule}.");
            }
            else if (time < Least || time > Most)
            {
                faults.Add($"Retention:Tenants:{tenant} ({time}) must be from {Least} to {Most}: an idempotency key holds at least 24 hours after its job's end.");
            }
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
