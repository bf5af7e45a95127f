using System.Text.Json;
using Workers.Simulator;

namespace Workers.Cli.Running;

/// <summary>Starts the simulator that a run asks.</summary>
internal static class SimulatorStart
{
    /// <exception cref="CannotStartException">A setting or the fault script is wrong.</exception>
    public static async Task<ModelArkSimulator> StartAsync(RunSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        var options = new SimulatorOptions { Seed = settings.Seed, Faults = await ReadFaultsAsync(settings.Faults, cancellationToken) };
        return options.FindMistakes() is { Count: > 0 } mistakes
            ? throw new CannotStartException($"The simulator's settings are wrong:{string.Concat(mistakes.Select(mistake => $"\n  {mistake}"))}")
            : await ModelArkSimulator.StartAsync(options, time, cancellationToken);
    }

    private static async Task<FaultScript> ReadFaultsAsync(string? path, CancellationToken cancellationToken)
    {
        if (path is null)
        {
            return FaultScript.None;
        }

        try
        {
            return FaultScript.Parse(await File.ReadAllTextAsync(path, cancellationToken));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new CannotStartException($"The fault script {path} can't be used: {fault.Message}", fault);
        }
    }
}
