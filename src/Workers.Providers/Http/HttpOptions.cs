using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Workers.Providers.Http;

/// <summary>How long and how often providers, references and outputs are asked. Section <c>Http</c>.</summary>
public sealed class HttpOptions
{
    public const string Section = "Http";

    private const string Least = "00:00:00.001";
    private const string Most = "00:10:00";

    /// <summary>The longest that asking for a task may take, connecting included; it is asked once. Default 30 s.</summary>
    [Range(typeof(TimeSpan), Least, Most)]
    public TimeSpan CreateTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest that one try of any other call may take, up to the last byte (of an output: up to its headers). Default 10 s.</summary>
    [Range(typeof(TimeSpan), Least, Most)]
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest that all tries of a call and the waits between them may take. Default 30 s; not below <see cref="CallTimeout"/>.</summary>
    [Range(typeof(TimeSpan), Least, Most)]
    public TimeSpan TotalTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a read is tried again. Default 3. Creates and cancels never are.</summary>
    [Range(0, 10)]
    public int Retries { get; set; } = 3;

    /// <summary>The middle of the first wait before a read is tried again; it doubles each time. Default 0.5 s; not above <see cref="TotalTimeout"/>.</summary>
    [Range(typeof(TimeSpan), Least, Most)]
    public TimeSpan InitialBackoff { get; set; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The share of failed calls of one kind and account from which on its calls are paused. Default 0.5.</summary>
    [Range(0.01, 1.0)]
    public double BreakerFailureRatio { get; set; } = 0.5;

    /// <summary>The fewest calls within <see cref="BreakerWindow"/> that the share is judged by. Default 10.</summary>
    [Range(2, 100_000)]
    public int BreakerMinimumCalls { get; set; } = 10;

    /// <summary>How far back the share is judged. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.5", Most)]
    public TimeSpan BreakerWindow { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long calls are paused. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.5", Most)]
    public TimeSpan BreakerPause { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The longest that an output may send nothing, and the time that <see cref="DownloadLeastRate"/> is judged by. Default 30 s.</summary>
    [Range(typeof(TimeSpan), Least, Most)]
    public TimeSpan DownloadIdleTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The fewest bytes a second at which an output is read on. Default 10240; 0: any will do.</summary>
    [Range(0, int.MaxValue)]
    public int DownloadLeastRate { get; set; } = 10_240;

    /// <summary>The longest that one output may take, from its headers to its last byte. Default 10 minutes.</summary>
    [Range(typeof(TimeSpan), Least, "00:25:00")]
    public TimeSpan DownloadTimeout { get; set; } = TimeSpan.FromMinutes(10);
}

[OptionsValidator]
internal sealed partial class HttpOptionsValidator : IValidateOptions<HttpOptions>;

/// <summary>What must hold between the options.</summary>
internal sealed class HttpOptionsCrossValidator : IValidateOptions<HttpOptions>
{
    public ValidateOptionsResult Validate(string? name, HttpOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        if (options.TotalTimeout < options.CallTimeout)
        {
            result.AddError($"Http:TotalTimeout ({options.TotalTimeout}) must not be below Http:CallTimeout ({options.CallTimeout}).");
        }

        if (options.InitialBackoff > options.TotalTimeout)
        {
            result.AddError($"Http:InitialBackoff ({options.InitialBackoff}) must not be above Http:TotalTimeout ({options.TotalTimeout}).");
        }

        return result.Build();
    }
}
