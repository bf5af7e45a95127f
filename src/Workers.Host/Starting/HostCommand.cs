using System.CommandLine;
using System.CommandLine.Parsing;
using Workers.Host.Health;
using Workers.Jobs;

namespace Workers.Host.Starting;

/// <summary>The command line of a process of the fleet.</summary>
internal sealed class HostCommand : RootCommand
{
    private const string RolesVariable = "WORKERS_ROLES";

    private const string Explanation =
        """
        A process of the fleet, on RabbitMQ. Any number of them may run, each with any roles.

        Settings are read from the program's appsettings.json, then from each --config, then from the environment, for example RabbitMq__Url; the last one wins. Records are kept in the MongoDB of
        MongoDb__Url; without one, in the process's memory. Where the broker or the store is away the
        process starts, says what it waits for, and goes on by itself. SIGTERM ends it in good order: within Shutdown:Grace (30 s) it finishes or gives back what it has in hand.
        GET /health/live answers as long as the process does, GET /health/startup once it has begun; GET /health/ready says what is wrong, in words, to callers on this machine (Health:Details).

        Exit codes: 0 it was asked to end, 1 it could not start or can't run on this broker.
        """;

    private readonly Option<Roles> _roles;
    private readonly Option<string[]> _configurations = new("--config") { Description = "A JSON file of settings, or a directory with one file for each, named as in RabbitMq__PasswordFile. May be given again.", HelpName = "PATH" };
    private readonly Option<bool> _ephemeral = new("--ephemeral") { Description = "Accepts that nothing remembers jobs, nor paid tasks, once this process ends." };
    private readonly Option<string?> _urls = new("--urls") { Description = $"Where health is answered. Default: ASPNETCORE_URLS, else {FleetHost.DefaultUrl}.", HelpName = "URLS" };

    /// <param name="environment">Finds a variable's value by its name.</param>
    /// <param name="run">What the process then does, until it ends with an exit code.</param>
    public HostCommand(Func<string, string?> environment, Func<HostSettings, TextWriter, Task<int>> run)
        : base(Explanation)
    {
        _roles = new Option<Roles>("--roles")
        {
            Description = $"What this process does, separated by commas: {RoleWords.List}. Default: {RolesVariable}, else all.",
            HelpName = "ROLES",
            CustomParser = result => Read(result.Tokens[0].Value, result),
            DefaultValueFactory = result => environment(RolesVariable) is { Length: > 0 } words ? Read(words, result) : Roles.All,
        };
        Add(_roles);
        Add(_configurations);
        Add(_ephemeral);
        Add(_urls);
        Add(new HealthCommand(environment));
        SetAction((line, _) => run(Settings(line), line.InvocationConfiguration.Error));
    }

    /// <summary>Runs the command line to its exit code.</summary>
    public Task<int> RunAsync(string[] args, InvocationConfiguration? invocation = null)
    {
        invocation ??= new InvocationConfiguration();
        invocation.ProcessTerminationTimeout = null; // signals are the host's own business
        return Parse(args).InvokeAsync(invocation);
    }

    private HostSettings Settings(ParseResult line) => new()
    {
        Roles = line.GetRequiredValue(_roles),
        Configurations = line.GetValue(_configurations) ?? [],
        Ephemeral = line.GetValue(_ephemeral),
        Urls = line.GetValue(_urls),
    };

    private static Roles Read(string words, SymbolResult result)
    {
        if (!RoleWords.TryRead(words, out var roles, out var fault))
        {
            result.AddError(fault!);
        }

        return roles;
    }
}
