using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Workers.Jobs;

/// <summary>How failed messages are delivered again: at once, then after growing waits, then the error queue. Section <c>Redelivery</c>.</summary>
public sealed class RedeliveryOptions
{
    public const string Section = "Redelivery";

    /// <summary>Redeliveries after the first delivery.</summary>
    public const int Redeliveries = 4;

    /// <summary>The wait before the first redelivery; the further ones wait 3, 12 and 60 times as long. Default 5 seconds, so 5 s, 15 s, 1 min and 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan First { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>All waits, in order.</summary>
    public TimeSpan[] Waits() => [First, First * 3, First * 12, First * 60];
}

[OptionsValidator]
internal sealed partial class RedeliveryOptionsValidator : IValidateOptions<RedeliveryOptions>;
