using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;
using Workers.Cli.Files;
using Workers.Cli.Progress;
using Workers.Cli.Reporting;
using Workers.Contracts;
using Workers.Jobs.Failures;
using Workers.Jobs.Submission;
using Workers.Simulator;

namespace Workers.Cli.Running;

/// <summary>One run: the file's lines go through a fleet in this process, and are shown and summed up.</summary>
internal sealed class Run(RunSettings settings, IAnsiConsole output, IAnsiConsole error, TimeProvider wall)
{
    public const string Placeholder = "{simulator}";

    private static readonly TimeSpan SimulatedLimit = TimeSpan.FromMinutes(10);

    /// <exception cref="CannotStartException">The file or a setting is wrong; nothing was begun.</exception>
    public async Task<int> ExecuteAsync(CancellationToken stop)
    {
        var began = wall.GetTimestamp();
        var lines = await JobFile.ReadAsync(settings.File, stop);
        var outside = Settings.FromOutside();
        var choice = ProviderChoice.Of(settings, outside);
        choice.Guard(settings.Ephemeral);
        RefuseBadLines(lines, choice);

        var shown = settings.Json ? error : output;
        var isLive = !settings.Plain && shown.Profile.Capabilities.Interactive && shown.Profile.Out.IsTerminal;
        var logFile = settings.LogFile ?? (isLive ? Path.Combine(settings.Results, "workers.log") : null);
        await using var log = Logs.Start(settings.Logs, logFile, error.Profile.Out.Writer);

        TimeProvider time = choice.IsSimulator ? new ScaledTime(settings.TimeScale) : wall;
        await using var simulator = choice.IsSimulator ? await SimulatorStart.StartAsync(settings, time, stop) : null;
        JobLine[] located = [.. lines.Select(line => Locate(line, simulator?.Root))];
        var board = new Board(located);
        await using var fleet = await StandaloneFleet.StartAsync(settings, choice, outside, simulator, time, board, log, stop);
        string? stopped;
        await using (var view = View(board, shown, isLive, time))
        {
            view.Begin();
            stopped = await WorkAsync(fleet, choice.IsSimulator, located, board, stop);
            await fleet.StopAsync();
        }

        // What was asked to stop still tells what it leaves behind.
        var reporter = new Reporter(fleet.Services.GetRequiredService<IAttempts>(), fleet.Services.GetRequiredService<IFailures>(), simulator?.Ledger);
        var report = await reporter.ReportAsync(settings.File, settings.Results, board.Rows, stopped, wall.GetElapsedTime(began), CancellationToken.None);
        await WriteAsync(report);
        return report.ExitCode;
    }

    private void RefuseBadLines(IReadOnlyList<JobLine> lines, ProviderChoice choice)
    {
        var bad = lines.Where(line => line.IsBad)
            .SelectMany(line => line.Faults.Select(fault => FormattableString.Invariant($"{settings.File}:{line.Number}: {fault}"))).ToList();
        if (!choice.IsSimulator)
        {
            bad.AddRange(lines.Where(line => line.Submission is { } submission && UsesSimulator(submission))
                .Select(line => FormattableString.Invariant($"{settings.File}:{line.Number}: {Placeholder} stands for the simulator's address, and this run has none. Give an address that the provider can reach.")));
        }

        if (bad.Count > 0)
        {
            throw new CannotStartException($"{string.Join('\n', bad)}\nNothing was submitted. Correct these lines, or have them expected as rejected (\"expectedEnd\": \"rejected\").");
        }
    }

    /// <summary>Null when every line has ended, else why the run is over.</summary>
    private async Task<string?> WorkAsync(StandaloneFleet fleet, bool isSimulated, IReadOnlyList<JobLine> lines, Board board, CancellationToken stop)
    {
        TimeSpan? limit = settings.Timeout ?? (isSimulated ? SimulatedLimit : null);
        using var timeout = new CancellationTokenSource(limit ?? Timeout.InfiniteTimeSpan, wall);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
        try
        {
            await fleet.Services.GetRequiredService<Submissions>().SubmitAsync(fleet.Services.GetRequiredService<IBus>(), lines, board, either.Token);
            await board.Ended.WaitAsync(either.Token);
            return null;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return "somebody asked for it";
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return $"the run's time-out of {limit} passed";
        }
    }

    private IProgressView View(Board board, IAnsiConsole shown, bool isLive, TimeProvider time) => isLive
        ? new LiveTable(board, shown, time, time is ScaledTime scaled
            ? FormattableString.Invariant($"{Path.GetFileName(settings.File)} against the simulator, {scaled.Scale:0.#} times as fast as a real provider")
            : Path.GetFileName(settings.File))
        : new PlainLines(board, shown.Profile.Out.Writer, wall);

    private async Task WriteAsync(RunReport report)
    {
        if (settings.Json)
        {
            await output.Profile.Out.Writer.WriteLineAsync(JsonSerializer.Serialize(report, ReportJson.Default.RunReport));
        }
        else
        {
            new Summary(output).Write(report);
        }
    }

    /// <summary>Whether an address has the placeholder in it.</summary>
    internal static bool UsesSimulator(SubmitJob submission) =>
        submission.Input?.References?.Any(reference => reference?.Uri?.Contains(Placeholder, StringComparison.Ordinal) == true) == true;

    /// <summary>The line with the simulator's address where the file has its placeholder.</summary>
    internal static JobLine Locate(JobLine line, Uri? simulator) => simulator is null || line.Submission is not { } submission || !UsesSimulator(submission)
        ? line
        : line with
        {
            Submission = submission with
            {
                Input = submission.Input! with
                {
                    References = [.. submission.Input.References!.Select(reference => reference is null ? null! : reference with { Uri = reference.Uri?.Replace(Placeholder, simulator.ToString(), StringComparison.Ordinal) })],
                },
            },
        };
}
