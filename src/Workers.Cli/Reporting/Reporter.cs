using Workers.Cli.Files;
using Workers.Cli.Progress;
using Workers.Contracts;
using Workers.Jobs.Costs;
using Workers.Jobs.Failures;
using Workers.Jobs.Submission;
using Workers.Simulator;

namespace Workers.Cli.Reporting;

/// <summary>Sums a run up.</summary>
/// <param name="attempts">Those of the jobs.</param>
/// <param name="failures">Those of the run alone; null where the store has others' too.</param>
/// <param name="ledger">The simulator's, where it is in this process.</param>
internal sealed class Reporter(IAttempts attempts, IFailures? failures, Ledger? ledger)
{
    public async Task<RunReport> ReportAsync(string file, string? results, IReadOnlyList<Row> rows, string? stopped, TimeSpan took, CancellationToken cancellationToken)
    {
        LineReport[] lines = [.. rows.Select(Report)];
        var jobs = rows.Where(row => row is { Job: not null, Answer: not Answer.Rejected }).DistinctBy(row => row.Job!.Id).ToArray();
        var asExpected = lines.Count(line => line.AsExpected);
        var calls = ledger is null ? null : Count(ledger);
        return new RunReport
        {
            File = file,
            ExitCode = stopped is not null || calls?.JobsPaidTwice > 0 ? ExitCode.NotRun : asExpected == lines.Length ? ExitCode.AsExpected : ExitCode.Otherwise,
            Stopped = stopped,
            Seconds = Math.Round(took.TotalSeconds, 2),
            Provider = ledger is null ? "provider" : "simulator",
            Results = results is null ? null : Path.GetFullPath(results),
            States = lines.CountBy(line => line.State).ToDictionary(),
            AsExpected = asExpected,
            Failures = failures is null ? new Dictionary<string, int>() : (await failures.CountAsync(DateTimeOffset.MinValue, cancellationToken)).ToDictionary(bucket => $"{bucket.Key}", bucket => bucket.Value),
            Costs = CostSummary.Of(jobs.Select(row => row.Job!.Cost).OfType<JobCost>()),
            Lines = lines,
            Unsettled = await UnsettledAsync(jobs, cancellationToken),
            Calls = calls,
        };
    }

    private static LineReport Report(Row row)
    {
        var (line, job) = (row.Line, row.Answer is Answer.Rejected ? null : row.Job);
        var end = row.End ?? new End(EndKind.Unfinished);
        IReadOnlyList<InputFault> faults = row.Answer is Answer.Rejected rejected ? rejected.Faults : line.Submission is null ? line.Faults : job?.Trouble?.Faults ?? [];
        return new LineReport
        {
            Line = line.Number,
            Name = line.Name,
            JobId = job?.Id,
            TenantId = line.Submission?.TenantId,
            Model = line.Submission?.Input?.Model,
            State = row.State,
            End = $"{end}",
            ExpectedEnd = $"{line.Goal}",
            AsExpected = line.Goal.IsMetBy(end),
            Attempt = job?.Attempt,
            TaskId = job?.TaskId,
            Cost = job?.Cost,
            Reason = job?.Trouble?.Reason ?? (end.Kind == EndKind.Unfinished ? $"The run was over while it was {row.State}." : null),
            Fix = job?.Trouble?.Fix,
            Faults = faults,
            Outputs = job?.Outputs ?? [],
        };
    }

    private async Task<IReadOnlyList<LooseAttempt>> UnsettledAsync(IEnumerable<Row> jobs, CancellationToken cancellationToken)
    {
        List<LooseAttempt> loose = [];
        foreach (var row in jobs)
        {
            var made = await attempts.OfJobAsync(row.Job!.Id, row.Job.Generation, cancellationToken);
            loose.AddRange(made.Where(attempt => attempt.State is AttemptState.Open or AttemptState.Live or AttemptState.Uncertain).Select(attempt => new LooseAttempt
            {
                Name = row.Line.Name,
                JobId = row.Job.Id,
                Account = attempt.Account,
                TaskId = attempt.TaskId,
                State = $"{attempt.State}",
                Fingerprint = attempt.Intent.Fingerprint,
            }));
        }

        return loose;
    }

    private static ProviderCalls Count(Ledger ledger)
    {
        var answers = ledger.Answers;
        long Of(Operation operation) => answers.Where(answer => answer.Key.Operation == operation).Sum(answer => answer.Value);
        return new ProviderCalls
        {
            Creates = Of(Operation.Create),
            Gets = Of(Operation.Get),
            Lists = Of(Operation.List),
            Deletes = Of(Operation.Delete),
            Downloads = Of(Operation.Download),
            Tasks = ledger.Tasks.Count,
            BilledUsd = ledger.AmountUsd,
            JobsPaidTwice = ledger.JobsWithMoreThanOneLiveOrBilledTask().Count(),
        };
    }
}
