using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Workers.Jobs.Retrieval;

/// <summary>Where results are stored, and how hard the fleet tries to fetch them. Section <c>Retrieval</c>.</summary>
public sealed class RetrievalOptions
{
    public const string Section = "Retrieval";

    /// <summary>The folder of the results; <c>TENANT/JOB/</c> is made below it. Default <c>results</c> in the working folder.</summary>
    [Required]
    public string Root { get; set; } = "results";

    /// <summary>The largest output that is stored, in bytes. Default 4 GiB.</summary>
    [Range(1, long.MaxValue)]
    public long MaxBytes { get; set; } = 4L << 30;

    /// <summary>With less space than this left, in bytes, no more tasks are asked for and no more outputs fetched. Default 1 GiB; 0: the space is not looked at.</summary>
    [Range(0, long.MaxValue)]
    public long LeastFreeBytes { get; set; } = 1L << 30;

    /// <summary>How often it is tried whether the folder takes results. Default 10 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan ProbeInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The longest that one delivery may take, waits for the folder and all outputs included; with the wait for a store that is away it must lie below <c>LongestWork</c> of the queue. Default 12
    /// minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "12:00:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(12);
}

[OptionsValidator]
internal sealed partial class RetrievalOptionsValidator : IValidateOptions<RetrievalOptions>;
