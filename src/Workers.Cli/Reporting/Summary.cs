using System.Globalization;
using Spectre.Console;
using Workers.Cli.Files;
using Workers.Cli.Progress;

namespace Workers.Cli.Reporting;

/// <summary>A report as a person reads it.</summary>
internal sealed class Summary(IAnsiConsole console)
{
    private static readonly string Unfinished = $"{new End(EndKind.Unfinished)}";

    public void Write(RunReport report)
    {
        console.WriteLine();
        if (report.Stopped is { } why)
        {
            Line("red", $"Stopped: {why}");
        }

        Line(report.ExitCode == ExitCode.AsExpected ? "green" : "red", string.Create(
            CultureInfo.InvariantCulture,
            $"{report.AsExpected} of {Words.Count(report.Lines.Count, "line")} ended as expected in {report.Seconds:0.0} s"));
        Field("States", string.Join(", ", report.States.OrderByDescending(state => state.Value).Select(state => $"{state.Value} {state.Key.ToLowerInvariant()}")));
        if (report.Failures.Count > 0)
        {
            Field("Failures", $"{string.Join(", ", report.Failures.OrderByDescending(failure => failure.Value).Select(failure => $"{failure.Value} {failure.Key}"))} (those that were tried again included)");
        }

        foreach (var cost in report.Costs)
        {
            Field("Cost", $"{Words.Money(cost.Actual, cost.Currency)}{(cost.Unknown > 0 ? $", and unknown of {Words.Count(cost.Unknown, "job")}," : "")} for {Words.Count(cost.Jobs, "job")} with a task (estimated {Words.Money(cost.Estimated, cost.Currency)}); per job P50 {Words.Money(cost.P50, cost.Currency)}, P95 {Words.Money(cost.P95, cost.Currency)}");
        }

        if (report.Results is { } results)
        {
            Field("Results", Path.Combine(results, "TENANT", "JOB", "result.json"));
        }

        WriteCalls(report.Calls);
        WriteTrouble(report);
        WriteDeviations(report);
        WriteUnfinished(report);
        WriteUnsettled(report);
    }

    private void WriteCalls(ProviderCalls? calls)
    {
        if (calls is null)
        {
            return;
        }

        Field("Provider", string.Create(
            CultureInfo.InvariantCulture,
            $"{calls.Creates} creates, {calls.Lists} lists, {calls.Gets} gets, {calls.Deletes} deletes, {calls.Downloads} downloads; {calls.Tasks} tasks, {Words.Money(calls.BilledUsd, "USD")} billed (counted by the simulator)"));
        if (calls.JobsPaidTwice == 0)
        {
            Field("Checked", "no job has more than one live or billed task");
        }
        else
        {
            Line("red", $"Broken: {Words.Count(calls.JobsPaidTwice, "job")} had more than one live or billed task");
        }
    }

    /// <summary>What somebody must act on, whether or not the file expected it.</summary>
    private void WriteTrouble(RunReport report)
    {
        var trouble = report.Lines.Where(line => line.State is nameof(EndKind.Blocked) or nameof(EndKind.Rejected)).ToArray();
        foreach (var group in trouble.GroupBy(line => line.State).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            Head(group.Key == nameof(EndKind.Blocked) ? "Blocked, until somebody acts" : "Rejected, no job was made");
            foreach (var line in group)
            {
                Line("default", $"  {Where(report, line)}  {line.Name}  {(line.End.Contains(':', StringComparison.Ordinal) ? line.End : "")}".TrimEnd());
                foreach (var fault in line.Faults)
                {
                    Line("grey", $"      {fault}");
                }

                if (line.Faults.Count == 0)
                {
                    Line("grey", $"      {line.Reason}");
                }

                if (line.Fix is { } fix)
                {
                    Line("grey", $"      -> {fix}");
                }
            }
        }
    }

    private void WriteDeviations(RunReport report)
    {
        var deviations = report.Lines.Where(line => !line.AsExpected && line.End != Unfinished).ToArray();
        if (deviations.Length == 0)
        {
            return;
        }

        Head("Ended otherwise than expected");
        foreach (var line in deviations)
        {
            Line("red", $"  {Where(report, line)}  {line.Name}  {line.End} instead of {line.ExpectedEnd}");
            if ((line.Reason ?? (line.Faults.Count > 0 ? line.Faults[0].ToString() : null)) is { } reason)
            {
                Line("grey", $"      {reason}");
            }
        }
    }

    /// <summary>What the run leaves behind, so that nothing paid is forgotten.</summary>
    private void WriteUnfinished(RunReport report)
    {
        var unfinished = report.Lines.Where(line => line.End == Unfinished).ToArray();
        if (unfinished.Length == 0)
        {
            return;
        }

        Head("Unfinished");
        foreach (var line in unfinished)
        {
            var loose = report.Unsettled.FirstOrDefault(attempt => attempt.JobId == line.JobId);
            Line("yellow", $"  {Where(report, line)}  {line.Name}  {line.State}  {(loose is not null ? Task(loose) : line.TaskId is { } task ? $"task {task} has ended" : "no task")}");
        }

        if (report.Results is null)
        {
            Line("yellow", "  The fleet goes on with these: workers jobs show JOB tells how they stand.");
        }
        else if (report.Calls is null)
        {
            Line("yellow", "  These tasks go on at the provider and may be billed. It keeps their outputs for a while: fetch them there by task id.");
        }
    }

    /// <summary>Attempts of jobs that ended otherwise.</summary>
    private void WriteUnsettled(RunReport report)
    {
        var unfinished = report.Lines.Where(line => line.End == Unfinished).Select(line => line.JobId).ToHashSet();
        var loose = report.Unsettled.Where(attempt => !unfinished.Contains(attempt.JobId)).ToArray();
        if (loose.Length == 0)
        {
            return;
        }

        Head("Ended here, but not settled at the provider: may still be billed");
        foreach (var attempt in loose)
        {
            Line("yellow", $"  {Words.Short(attempt.JobId)}  {attempt.Name}  {Task(attempt)}");
        }
    }

    private static string Task(LooseAttempt attempt) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(attempt.TaskId is { } task ? $"task {task}" : $"no task known; if there is one, its execution_expires_after is {attempt.Fingerprint}")}, account {attempt.Account}");

    private static string Where(RunReport report, LineReport line) => string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(report.File)}:{line.Line}");

    private void Field(string name, string text) => console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"  [grey]{name,-9}[/] {text}");

    private void Head(string text)
    {
        console.WriteLine();
        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[bold]{text}[/]");
    }

    private void Line(string style, string text) => console.WriteLine(text, Style.Parse(style));
}
