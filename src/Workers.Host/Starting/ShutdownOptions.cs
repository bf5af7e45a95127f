using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Workers.Host.Starting;

/// <summary>How the process ends. Section <c>Shutdown</c>.</summary>
public sealed class ShutdownOptions
{
    public const string Section = "Shutdown";

    /// <summary>How long the process may take to end, once it is asked to. What is not finished by then goes back to its queue. Default 30 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>After this, consumers that still work are asked to stop: enough is left to give back what they hold.</summary>
    internal TimeSpan ForConsumers => Grace * 0.8;

    /// <summary>After this, nobody waits for them any longer, and the connection is closed.</summary>
    internal TimeSpan ForBus => Grace * 0.9;
}

[OptionsValidator]
internal sealed partial class ShutdownOptionsValidator : IValidateOptions<ShutdownOptions>;
