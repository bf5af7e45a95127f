using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Workers.Jobs.Submission;

/// <summary>How tasks are asked for. Section <c>Submission</c>.</summary>
public sealed class SubmissionOptions
{
    public const string Section = "Submission";

    /// <summary>
    /// How long after an attempt was recorded its call may still begin. Then nobody else may doubt that the call is over after this and the provider's call time-out.
    /// Default 15 seconds.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan CallMargin { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long after a call is surely over its task would surely show in the provider's list. Default 2 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan SettleTime { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long an account stays closed after its key, rights or money were refused. Default 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan PauseFor { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Times that a job waits for a reference whose server is unwell, before it is blocked. Default 5.</summary>
    [Range(0, 100)]
    public int ReferencePatience { get; set; } = 5;
}

[OptionsValidator]
internal sealed partial class SubmissionOptionsValidator : IValidateOptions<SubmissionOptions>;
