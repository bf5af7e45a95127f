using System.Globalization;
using Spectre.Console;
using Workers.Cli.Progress;
using Workers.Contracts;
using Workers.Jobs.Costs;
using Workers.Jobs.Lifecycle;

namespace Workers.Cli.Operating;

/// <summary>Jobs as people read them.</summary>
internal static class JobTables
{
    public static Table List(IReadOnlyList<Job> jobs, DateTimeOffset now)
    {
        var table = Table("job", "tenant", "state", "bucket", "submitted", "in state", "attempt", "cost", "note");
        foreach (var job in jobs)
        {
            Row(table, job.CorrelationId, job.TenantId, job.State, job.Trouble?.Bucket, Words.Iso(job.SubmittedAt), Words.Time(now - job.ChangedAt), job.Attempt, Words.Money(JobCosts.Of(job)), Words.Waits(job));
        }

        return table;
    }

    public static void Write(Job job, JobDetails details, IAnsiConsole output, DateTimeOffset now)
    {
        output.Write(Facts(job, details, now));
        Section("timeline", details.Timeline, ["at", "state", "note"], entry => [Words.Iso(entry.At), entry.State, entry.Note]);
        Section("attempts", details.Attempts, ["number", "state", "task", "opened", "next look", "polls", "ended", "estimated", "cost", "failure"], attempt =>
        [
            attempt.Number, attempt.State, attempt.TaskId, Words.Iso(attempt.OpenedAt), Iso(attempt.NextLookAt), attempt.Polls, attempt.EndedAt is { } ended ? $"{attempt.End} {Words.Iso(ended)}" : null,
            Words.Money(attempt.Estimated, attempt.Currency), attempt.End is null ? null : Words.Money(attempt.Actual, attempt.Currency), attempt.Failure,
        ]);
        Section("result", details.Result?.Outputs ?? [], ["output", "path", "type", "size", "SHA-256"], file => [file.Name, file.Path, file.MediaType, Words.Bytes(file.Bytes), file.Sha256]);
        Section("kept aside, refused", details.Aside ?? [], ["output", "path", "type", "size", "SHA-256"], file =>
            [file.Name, file.Path, file.MediaType, Words.Bytes(file.Bytes), file.Sha256]);
        Section("failures", details.Failures, ["at", "attempt", "in", "bucket", "code", "said", "reason"], failure => [Words.Iso(failure.At), failure.Attempt, failure.Step, failure.Bucket, failure.Code, failure.Said, failure.Reason]);
        Section("audit", details.Audit, ["at", "who", "what", "details"], entry =>
            [Words.Iso(entry.At), entry.Actor, entry.Action, string.Join(", ", entry.Details.OrderBy(detail => detail.Key, StringComparer.Ordinal).Select(detail => $"{detail.Key} {detail.Value}"))]);

        void Section<T>(string title, IReadOnlyList<T> rows, string[] columns, Func<T, object?[]> cells)
        {
            if (rows.Count > 0)
            {
                var table = Table(columns);
                foreach (var row in rows)
                {
                    Row(table, cells(row));
                }

                output.WriteLine(title, Style.Parse("bold"));
                output.Write(table);
            }
        }
    }

    private static Grid Facts(Job job, JobDetails details, DateTimeOffset now)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(3)).AddColumn();
        Fact("job", job.CorrelationId.ToString());
        Fact("tenant", job.TenantId);
        Fact("user", job.UserHash is { } user ? $"SHA-256 {user}" : null);
        Fact("key", job.IdempotencyKey);
        Fact("correlation", job.Correlation.ToString());
        Fact("state", $"{job.State} for {Words.Time(now - job.ChangedAt)}, since {Words.Iso(job.ChangedAt)}");
        Fact("note", Words.Waits(job));
        Fact("what to do", job.State is nameof(JobLifecycle.Succeeded) or nameof(JobLifecycle.Cancelled) ? null : job.Trouble?.Fix);
        Fact("provider said", job.Trouble?.Said);
        foreach (var fault in job.Trouble?.Faults ?? [])
        {
            Fact("fault", fault.ToString());
        }

        Fact("submitted", Words.Iso(job.SubmittedAt));
        Fact("deadline", $"{Words.Iso(job.Deadline)}{(job.Deadline > now && JobSteps.PhaseOf(job.State) != Phase.Terminal ? $", in {Words.Time(job.Deadline - now)}" : "")}");
        Fact("provider", $"{job.Provider}, account {job.Account}");
        Fact("model", details.Input.Model);
        Fact("prompt", details.Input.PromptSha256 is { } hash ? $"{Words.Count(details.Input.PromptCharacters, "character")}, SHA-256 {hash}" : null);
        Fact("references", details.Input.References.Count == 0 ? null : $"{details.Input.References.Count}: {string.Join(", ", details.Input.References)}");
        Fact("parameters", details.Input.ParametersSha256 is { } names ? FormattableString.Invariant($"{details.Input.Parameters}, SHA-256 {names}") : null);
        Fact("tags", job.Tags.Count == 0 ? null : string.Join(", ", job.Tags));
        Fact("attempt", string.Create(CultureInfo.InvariantCulture, $"{job.Attempt} ({job.Standing}){(job.TaskId is { } task ? $", task {task}" : "")}"));
        Fact("cost", $"{Words.Money(details.Job.Cost)} of {Words.Money(details.Job.Cost.Estimated, details.Job.Cost.Currency)} estimated");
        return grid;

        void Fact(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                grid.AddRow(Markup.Escape(name), Markup.Escape(value));
            }
        }
    }

    internal static Table Table(params string[] columns)
    {
        var table = new Table { Border = TableBorder.Simple }.AddColumns(columns);
        foreach (var column in table.Columns.SkipLast(1))
        {
            column.NoWrap();
        }

        return table;
    }

    internal static void Row(Table table, params object?[] cells) =>
        table.AddRow(cells.Select(cell => Markup.Escape(Convert.ToString(cell, CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : "-")).ToArray());

    private static string? Iso(DateTimeOffset? at) => at is { } time ? Words.Iso(time) : null;
}
