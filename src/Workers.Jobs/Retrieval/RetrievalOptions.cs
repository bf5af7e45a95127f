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
}

[OptionsValidator]
internal sealed partial class RetrievalOptionsValidator : IValidateOptions<RetrievalOptions>;
