using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;

namespace Workers.Cli.Progress;

/// <summary>A table of all lines, drawn again five times a second. What does not fit into the terminal's height is counted: lines under way come first.</summary>
internal sealed class LiveTable(Board board, IAnsiConsole console, TimeProvider fleet, string title) : IProgressView
{
    /// <summary>Borders, header, totals, the line of what is not shown, and the cursor's own.</summary>
    private const int LinesAroundRows = 8;

    private const int WideTerminal = 150;
    private const int MiddlingTerminal = 110;

    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _stop = new();
    private readonly DateTimeOffset _began = fleet.GetUtcNow();
    private Task _drawing = Task.CompletedTask;

    public void Begin() => _drawing = console.Live(Draw()).Overflow(VerticalOverflow.Crop).Cropping(VerticalOverflowCropping.Bottom).StartAsync(DrawAsync);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _drawing;
        _stop.Dispose();
    }

    /// <summary>The table as things stand now.</summary>
    public IRenderable Draw()
    {
        var rows = board.Rows;
        var now = fleet.GetUtcNow();
        var room = Math.Max(1, console.Profile.Height - LinesAroundRows);
        var shown = rows.Count <= room ? rows : [.. rows.OrderBy(row => row.End is not null).ThenByDescending(row => row.Job?.ChangedAt).Take(room)];

        var columns = Columns.Where(column => console.Profile.Width >= column.From).ToArray();
        var table = new Table().RoundedBorder().BorderColor(Color.Grey).Title(Markup.Escape(title)).Expand();
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn($"[grey]{column.Head}[/]") { NoWrap = true, Width = column.Width });
        }

        foreach (var row in shown)
        {
            table.AddRow(columns.Select(column => column.Cell(row, now)));
        }

        return new Rows(table, new Markup(Totals(rows, shown.Count, now)));
    }

    private async Task DrawAsync(LiveDisplayContext display)
    {
        using var timer = new PeriodicTimer(Redraw);
        do
        {
            display.UpdateTarget(Draw());
        }
        while (await TickAsync(timer));

        display.UpdateTarget(Draw());
    }

    private async Task<bool> TickAsync(PeriodicTimer timer)
    {
        try
        {
            return await timer.WaitForNextTickAsync(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private string Totals(IReadOnlyList<Row> rows, int shown, DateTimeOffset now)
    {
        var states = rows.GroupBy(row => row.State).OrderBy(group => group.First().End is not null).ThenBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => string.Create(CultureInfo.InvariantCulture, $"[{Colour(group.Key)}]{group.Count()} {group.Key.ToLowerInvariant()}[/]"));

        // A repeat shows the job that was there before: its money counts once.
        var money = rows.Where(row => row.Job?.Cost is not null).Select(row => row.Job!).DistinctBy(job => job.Id)
            .GroupBy(job => job.Cost!.Currency).Select(group => $"[bold]{Markup.Escape(Words.Money(group.Sum(job => job.Cost!.Actual), group.Key))}[/]");
        var hidden = rows.Count > shown ? string.Create(CultureInfo.InvariantCulture, $" [grey]({rows.Count - shown} lines more)[/]") : "";
        return $" {Words.Count(rows.Count, "line")}{hidden}: {string.Join(" · ", states.Concat(money).Append($"[grey]{Words.Time(now - _began)} of the provider's time[/]"))}";
    }

    /// <summary>Columns and the least width of a terminal that has room for them.</summary>
    private static readonly Column[] Columns =
    [
        new("job", 0, 8, (row, _) => Text(row.Line.JobId is { } id ? Words.Short(id) : "-", "grey")),
        new("key", 0, 24, (row, _) => Text(row.Line.Name)),
        new("tenant", WideTerminal, 10, (row, _) => Text(row.Line.Submission?.TenantId ?? "-")),
        new("model", MiddlingTerminal, 24, (row, _) => Text(Words.Model(row.Line.Submission?.Input?.Model), "grey")),
        new("state", 0, 10, (row, _) => Text(row.State, Colour(row.State))),
        new("since", 0, 7, (row, now) => Text(row is { End: null, Job: { } job } ? Words.Time(now - job.ChangedAt) : "", "grey")),
        new("try", WideTerminal, 3, (row, _) => Text(row.Job?.Attempt.ToString(CultureInfo.InvariantCulture) ?? "")),
        new("task", MiddlingTerminal, 24, (row, _) => Text(row.Job?.TaskId ?? "", "grey")),
        new("cost", 0, 8, (row, _) => Text(Words.Money(row.Job?.Cost))),
        new("waits for, or ended with", 0, null, (row, _) => Text(Words.Note(row), row.Job?.Phase == Phase.InProgress ? "grey" : "default")),
    ];

    private sealed record Column(string Head, int From, int? Width, Func<Row, DateTimeOffset, IRenderable> Cell);

    private static Text Text(string text, string style = "default") => new(text, Style.Parse(style)) { Overflow = Overflow.Ellipsis };

    private static string Colour(string state) => state switch
    {
        nameof(JobLifecycle.Succeeded) => "green",
        nameof(JobLifecycle.Failed) or nameof(Files.EndKind.Rejected) => "red",
        nameof(JobLifecycle.Blocked) => "yellow",
        nameof(JobLifecycle.Running) => "aqua",
        nameof(JobLifecycle.Retrieving) => "blue",
        nameof(JobLifecycle.Cancelled) or nameof(JobLifecycle.Cancelling) or nameof(Files.EndKind.Duplicate) => "grey",
        _ => "default",
    };
}
