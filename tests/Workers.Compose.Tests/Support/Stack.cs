using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Workers.Compose.Tests.Support;

/// <summary>The containers of <c>compose/compose.yaml</c>, under a project name and ports of the tests' own, with room for their load.</summary>
internal sealed class Stack
{
    /// <summary>The services that run <c>Workers.Host</c>.</summary>
    public static readonly string[] Roles = ["lifecycle", "submission", "polling", "retrieval", "failures"];

    private const string Plenty = "100000";

    private static readonly string[] Images = ["workers-host", "workers-simulator", "workers-cli"];

    private readonly Dictionary<string, string> _environment = new()
    {
        ["WORKERS_UI_PORT"] = FreePort(),
        ["WORKERS_SEQ_PORT"] = FreePort(),
        ["WORKERS_SIMULATOR_PORT"] = FreePort(),
        ["WORKERS_CREATES_PER_MINUTE"] = Plenty,
        ["WORKERS_TASKS_IN_FLIGHT"] = Plenty,
        ["WORKERS_SIMULATOR_RUNNING"] = Plenty,
        ["WORKERS_SIMULATOR_QUEUED"] = "0",
        ["WORKERS_TASK_DURATION"] = "3s",
        ["WORKERS_LONGEST_TASK_DURATION"] = "8s",
        ["COMPOSE_PROJECT_NAME"] = "workers-compose-tests",
        ["COMPOSE_FILE"] = Environment.GetEnvironmentVariable("COMPOSE_FILE") is { Length: > 0 } files ? files : Path.Combine("compose", "compose.yaml"),
    };

    /// <summary>The repository, found from where this file was compiled.</summary>
    public static string Repository { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", ".."));

    /// <summary>The management API, with the fleet's user.</summary>
    public Upstream Upstream { get; private set; } = null!;

    /// <summary>What the simulator counted.</summary>
    public Provider Provider { get; private set; } = null!;

    /// <summary>From <c>up</c> to all of them healthy.</summary>
    public TimeSpan StartedIn { get; private set; }

    /// <summary>Why the stack can't run here; null where it can.</summary>
    public static async Task<string?> MissingAsync()
    {
        if (await Docker.TryAsync(new Dictionary<string, string>(), "compose", "version") is { Code: not 0 } or { Output: "" })
        {
            return "There is no Docker engine with compose on this machine.";
        }

        foreach (var image in Images)
        {
            if ((await Docker.TryAsync(new Dictionary<string, string>(), "image", "inspect", image)).Code != 0)
            {
                return $"The Docker engine does not answer, or has no image {image}: make images.";
            }
        }

        return null;
    }

    public async Task UpAsync()
    {
        using (var secrets = System.Diagnostics.Process.Start(Path.Combine(Repository, "compose", "make-secrets.sh")))
        {
            await secrets.WaitForExitAsync();
        }

        await DownAsync();
        var began = TimeProvider.System.GetTimestamp();
        await ComposeAsync("up", "--detach", "--wait", "--wait-timeout", "180");
        StartedIn = TimeProvider.System.GetElapsedTime(began);
        var password = await File.ReadAllTextAsync(Path.Combine(Repository, "compose", "secrets", "rabbitmq-password"));
        Upstream = new Upstream(new Uri($"http://127.0.0.1:{_environment["WORKERS_UI_PORT"]}"), "workers", password.Trim());
        Provider = new Provider(new Uri($"http://127.0.0.1:{_environment["WORKERS_SIMULATOR_PORT"]}"));
    }

    public async Task DownAsync()
    {
        Upstream?.Dispose();
        Provider?.Dispose();
        await ComposeAsync("--profile", "tools", "down", "--volumes", "--timeout", "1");
    }

    public Task<string> ComposeAsync(params string[] arguments) => Docker.RunAsync(_environment, ["compose", .. arguments]);

    /// <summary>Ignores the running test where the files that make this stack have no such service.</summary>
    public async Task RequireAsync(string service)
    {
        if (!(await ComposeAsync("config", "--services")).Split('\n').Contains(service))
        {
            Assert.Ignore($"The files of this stack, {_environment["COMPOSE_FILE"]}, have no {service}.");
        }
    }

    /// <summary>The ids of a service's containers, also of those that do not run.</summary>
    public async Task<string[]> ContainersOfAsync(string service) =>
        (await ComposeAsync("ps", "--all", "--quiet", service)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Waits until every container of the service is healthy.</summary>
    public async Task HealthyAsync(string service) => await Eventually.HoldsAsync(
        async () =>
        {
            foreach (var container in await ContainersOfAsync(service))
            {
                if ((await Docker.InspectAsync(container)).GetProperty("State").GetProperty("Health").GetProperty("Status").GetString() != "healthy")
                {
                    return false;
                }
            }

            return true;
        },
        () => $"{service} did not become healthy.",
        TimeSpan.FromMinutes(2));

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
