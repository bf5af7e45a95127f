using System.CommandLine;
using Workers.Host.Starting;

namespace Workers.Host.Health;

/// <summary>The command <c>health</c>: asks the process that runs beside it how it is, for images that have neither a shell nor another program to ask with.</summary>
internal sealed class HealthCommand : Command
{
    private const string Explanation = "Asks the process on this machine for /health/ready and says in words what is wrong. Exit codes: 0 it is ready, 1 it is not, or does not answer.";

    private readonly Option<string?> _urls = new("--urls") { Description = $"Where the process answers. Default: as the process itself, that is ASPNETCORE_URLS, ASPNETCORE_HTTP_PORTS, else {FleetHost.DefaultUrl}.", HelpName = "URLS" };

    /// <param name="environment">Finds a variable's value by its name.</param>
    public HealthCommand(Func<string, string?> environment)
        : base("health", Explanation)
    {
        Add(_urls);
        SetAction((line, stop) => HealthQuestion.AskAsync(
            line.GetValue(_urls) ?? Configured(environment), line.InvocationConfiguration.Output, line.InvocationConfiguration.Error, stop));
    }

    private static string Configured(Func<string, string?> environment) =>
        environment("ASPNETCORE_URLS") is { Length: > 0 } urls ? urls
        : environment("ASPNETCORE_HTTP_PORTS") is { Length: > 0 } ports ? string.Join(';', ports.Split(';').Select(port => $"http://+:{port}"))
        : FleetHost.DefaultUrl;
}
