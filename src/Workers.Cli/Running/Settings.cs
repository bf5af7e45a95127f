using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Workers.Cli.Running;

/// <summary>Where settings come from: <c>appsettings.json</c> in the working folder, then the environment, then the command line.</summary>
internal static class Settings
{
    public const string Accounts = "Accounts";

    /// <summary>The account that the command line speaks of.</summary>
    public const string Main = "main";

    public const string Seedance = "seedance";

    /// <exception cref="CannotStartException">The file is no JSON.</exception>
    public static IConfiguration FromOutside()
    {
        try
        {
            return new ConfigurationBuilder()
                .SetBasePath(Directory.GetCurrentDirectory())
                .AddJsonFile("appsettings.json", optional: true, reloadOnChange: false)
                .AddEnvironmentVariables()
                .Build();
        }
        catch (InvalidDataException fault)
        {
            throw new CannotStartException($"appsettings.json can't be read: {fault.InnerException?.Message ?? fault.Message}", fault);
        }
    }

    /// <summary>Whether any account is configured.</summary>
    public static bool HasAccounts(this IConfiguration configuration) =>
        configuration.GetSection(Accounts).GetChildren().Any(account => account["Provider"] is not null || account["BaseAddress"] is not null || account["ApiKey"] is not null || account["ApiKeyFile"] is not null);

    /// <summary>All settings but the accounts.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> WithoutAccounts(this IConfiguration configuration) =>
        configuration.AsEnumerable().Where(setting => !setting.Key.StartsWith(Accounts, StringComparison.OrdinalIgnoreCase));

    /// <summary>One account of the simulator.</summary>
    public static Dictionary<string, string?> SimulatorAccount(Uri baseAddress, string key) => new()
    {
        ["Accounts:simulator:Provider"] = Seedance,
        ["Accounts:simulator:BaseAddress"] = baseAddress.ToString(),
        ["Accounts:simulator:ApiKey"] = key,

        // The simulator runs 10 tasks of a model at once and queues the rest: so does the sample, with its four models.
        ["Accounts:simulator:TasksInFlight"] = "40",
        ["Outbound:AllowedHosts:0"] = string.Create(CultureInfo.InvariantCulture, $"{baseAddress.Host}:{baseAddress.Port}"),
    };

    /// <summary>
    /// Defaults for a fleet whose clock runs faster than the wall's. What waits for this machine's own speed (calls on loopback, MassTransit's delays, which know no clock but the
    /// wall's) is stretched by the scale; all that waits for the provider keeps its usual value.
    /// </summary>
    public static Dictionary<string, string?> ForScale(double scale) => new()
    {
        ["Http:CreateTimeout"] = Stretched(3, scale, 30),
        ["Http:CallTimeout"] = Stretched(2, scale, 10),
        ["Http:TotalTimeout"] = Stretched(4, scale, 30),
        ["Http:DownloadIdleTimeout"] = Stretched(3, scale, 30),
        ["Polling:RoundLease"] = Stretched(8, scale, 60),
        ["Redelivery:First"] = $"{TimeSpan.FromSeconds(Math.Clamp(5 / scale, 0.05, 5))}",
    };

    /// <summary>So many seconds by the wall, in the fleet's time; not below the usual value, nor above what the options allow.</summary>
    private static string Stretched(double seconds, double scale, double usual) => $"{TimeSpan.FromSeconds(Math.Clamp(seconds * scale, usual, 600))}";
}
