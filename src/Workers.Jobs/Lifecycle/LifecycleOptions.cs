using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Workers.Jobs.Lifecycle;

/// <summary>How long jobs may take, how often they are tried, and when the sweep looks at them. Section <c>Lifecycle</c>.</summary>
public sealed class LifecycleOptions
{
    public const string Section = "Lifecycle";

    /// <summary>From submission to the end of patience, for jobs that name no deadline. Default 24 hours.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "30.00:00:00")]
    public TimeSpan JobTimeout { get; set; } = TimeSpan.FromHours(24);

    /// <summary>The furthest deadline that a submission may ask for. Default 7 days, as long as ModelArk keeps a task.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "30.00:00:00")]
    public TimeSpan LongestJobTimeout { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Attempts that may fail before the job does. Default 3.</summary>
    [Range(1, 20)]
    public int MaxAttempts { get; set; } = 3;

    /// <summary>The wait before the second attempt; doubles with each, with full jitter, up to <see cref="LongestBackoff"/>. Default 5 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan InitialBackoff { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest wait between attempts. Default 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan LongestBackoff { get; set; } = TimeSpan.FromMinutes(5);
}

/// <summary>The sweep: what finds jobs whose time has come and events that were not confirmed. Section <c>Sweep</c>.</summary>
public sealed class SweepOptions
{
    public const string Section = "Sweep";

    /// <summary>How often the sweep looks. Default 1 second.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The most jobs reminded, and events announced, per look: a backlog must not be mistaken for a standstill. Default 200.</summary>
    [Range(1, 10_000)]
    public int Limit { get; set; } = 200;

    /// <summary>How long a job may stand in a state before its command is issued again; doubles with each time. Must lie above the age of the queues. Default 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan FirstCheck { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The longest time between two reminders of one job. Default 6 hours.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "7.00:00:00")]
    public TimeSpan LongestCheck { get; set; } = TimeSpan.FromHours(6);

    /// <summary>How long an event may stay unconfirmed before the sweep announces it again. Default 30 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan AnnounceAfter { get; set; } = TimeSpan.FromSeconds(30);
}

[OptionsValidator]
internal sealed partial class LifecycleOptionsValidator : IValidateOptions<LifecycleOptions>;

[OptionsValidator]
internal sealed partial class SweepOptionsValidator : IValidateOptions<SweepOptions>;

/// <summary>The rules between the numbers.</summary>
internal sealed class LifecycleOrderValidator : IValidateOptions<LifecycleOptions>
{
    public ValidateOptionsResult Validate(string? name, LifecycleOptions options)
    {
        List<string> faults = [];
        if (options.JobTimeout > options.LongestJobTimeout)
        {
            faults.Add($"Lifecycle:JobTimeout ({options.JobTimeout}) must not exceed Lifecycle:LongestJobTimeout ({options.LongestJobTimeout}).");
        }

        if (options.InitialBackoff > options.LongestBackoff)
        {
            faults.Add($"Lifecycle:InitialBackoff ({options.InitialBackoff}) must not exceed Lifecycle:LongestBackoff ({options.LongestBackoff}).");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
