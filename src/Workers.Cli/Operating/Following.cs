using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;
using Workers.Cli.Files;
using Workers.Cli.Progress;
using Workers.Cli.Reporting;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Submission;

namespace Workers.Cli.Operating;

/// <summary>Follows the jobs of a file through the fleet's store, to the end that each line names.</summary>
internal sealed class Following(string file, IReadOnlyList<JobLine> lines, IServiceProvider stores, IAnsiConsole output)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);

    private readonly TimeProvider _time = stores.GetRequiredService<TimeProvider>();

    /// <summary>What is known of every line.</summary>
    public Board Board { get; } = new(lines);

    /// <summary>Submits, and shows what becomes of the jobs until all lines have ended or the time is over.</summary>
    /// <param name="submit">Sends the lines, and tells the board the answers.</param>
    /// <param name="limit">How long, in all.</param>
    /// <param name="stop">Somebody asked to end.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> ToTheEndAsync(Func<CancellationToken, Task> submit, TimeSpan limit, CancellationToken stop)
    {
        var began = _time.GetTimestamp();
        string? stopped = null;
        using var timeout = new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, timeout.Token);
        await using (var view = new PlainLines(Board, output.Profile.Out.Writer, _time))
        {
            view.Begin();
            try
            {
                await submit(either.Token);
                await LookAsync(either.Token);
            }
            catch (OperationCanceledException) when (either.IsCancellationRequested)
            {
                stopped = stop.IsCancellationRequested ? "somebody asked for it" : $"the time-out of {limit} passed";
            }
        }

        var reporter = new Reporter(stores.GetRequiredService<IAttempts>(), failures: null, ledger: null);
        var report = await reporter.ReportAsync(file, results: null, Board.Rows, stopped, _time.GetElapsedTime(began), CancellationToken.None);
        new Summary(output).Write(report);
        return report.ExitCode;
    }

    private async Task LookAsync(CancellationToken stop)
    {
        var jobs = stores.GetRequiredService<IJobs>();
        while (true)
        {
            foreach (var jobId in Board.Rows.Where(row => row.End is null).Select(row => row.Line.JobId!.Value).Distinct())
            {
                if (await jobs.FindAsync(jobId, stop) is { } job)
                {
                    Board.Saw(JobView.Of(job));
                }
            }

            if (Board.Ended.IsCompleted)
            {
                return;
            }

            await Task.Delay(Interval, _time, stop);
        }
    }
}
