using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;

namespace Workers.Host.Health;

/// <summary>What is told of the process's health. Section <c>Health</c>.</summary>
public sealed class HealthOptions
{
    public const string Section = "Health";

    /// <summary>Who is told what is wrong; everybody else gets the status alone. Default: callers on this machine.</summary>
    [EnumDataType(typeof(HealthDetails), ErrorMessage = "Details must be one of Always, Local, Never.")]
    public HealthDetails Details { get; set; } = HealthDetails.Local;

    /// <summary>Whether this caller is told. One that came by way of a proxy may be anybody, wherever the proxy is.</summary>
    internal bool MayBeToldTo(HttpContext caller) => Details switch
    {
        HealthDetails.Always => true,
        HealthDetails.Local => caller.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address) && !caller.Request.Headers.Keys.Any(IsOfProxy),
        _ => false,
    };

    private static bool IsOfProxy(string header) =>
        header.Equals("Forwarded", StringComparison.OrdinalIgnoreCase) || header.Equals("Via", StringComparison.OrdinalIgnoreCase) || header.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase);
}

/// <summary>Who is told what is wrong with a process.</summary>
public enum HealthDetails
{
    /// <summary>Whoever can reach the port.</summary>
    Always,

    /// <summary>Callers on the same machine, or in the same pod.</summary>
    Local,

    /// <summary>Nobody: the log says it too.</summary>
    Never,
}

[OptionsValidator]
internal sealed partial class HealthOptionsValidator : IValidateOptions<HealthOptions>;
