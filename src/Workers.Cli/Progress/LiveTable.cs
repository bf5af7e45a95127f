using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;
using Workers.Cli.Files;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;

namespace Workers.Cli.Progress;

/// <summary>A table of all lines, drawn again five times a second. What does not fit into the terminal's height is counted: lines under way come first.</summary>
internal sealed class LiveTable(Board board, IAnsiConsole console, TimeProvider fleet, string title) : IProgressView
{
    /// <summary>Borders, header, totals, the line of what is not shown, and the cursor's own.</summary>
    private const int LinesAroundRows = 8;

    private const int Narrow = 72;
    private const int Middling = 120;
    private const int Wide = 150;

    /// <summary>A space on either side and a border.</summary>
    private const int AroundCell = 3;

    private const int LeastNote = 12;

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
        var note = Math.Max(LeastNote, console.Profile.Width - 1 - AroundCell - columns.Sum(column => column.Width + AroundCell));
        columns = [.. columns, new("waits for, or outcome", 0, note, (row, _) => (Words.Note(row), row.Job?.Phase == Phase.InProgress ? "grey" : "default"))];

        var table = new Table().RoundedBorder().BorderColor(Color.Grey).Title(Markup.Escape(title));
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(Cell((column.Head, "grey"), column.Width)) { NoWrap = true, Width = column.Width });
        }

        foreach (var row in shown)
        {
            table.AddRow(columns.Select(column => Cell(column.Show(row, now), column.Width)));
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

    private static readonly Column[] Columns =
    [
        new("job", 100, 8, (row, _) => (row.Line.JobId is { } id ? Words.Short(id) : "-", "grey")),
        new("key", 0, 20, (row, _) => (row.Line.Name, "default")),
        new("tenant", Wide, 8, (row, _) => (row.Line.Submission?.TenantId ?? "-", "default")),
        new("model", Middling, 15, (row, _) => (Words.Model(row.Line.Submission?.Input?.Model), "grey")),
        new("state", 0, 10, (row, _) => (row.State, Colour(row.State))),
        new("since", Narrow, 7, (row, now) => (row is { End: null, Job: { } job } ? Words.Time(now - job.ChangedAt) : "", "grey")),
        new("try", Wide, 3, (row, _) => (row.Job?.Attempt.ToString(CultureInfo.InvariantCulture) ?? "", "default")),
        new("task", Wide, 24, (row, _) => (row.Job?.TaskId ?? "", "grey")),
        new("cost", Narrow, 7, (row, _) => (row.State == nameof(EndKind.Duplicate) ? "" : Words.Money(row.Job?.Cost), "default")),
    ];

    /// <param name="Head">Its title.</param>
    /// <param name="From">The least width of a terminal that has room for it.</param>
    /// <param name="Width">Its own width. Left to itself, a table takes from all columns what the longest text lacks.</param>
    /// <param name="Show">The text of a row's cell, and its style.</param>
    private sealed record Column(string Head, int From, int Width, Func<Row, DateTimeOffset, (string Text, string Style)> Show);

    private static Text Cell((string Text, string Style) cell, int width) =>
        new(cell.Text.Length <= width ? cell.Text : cell.Text[..(width - 1)] + "…", Style.Parse(cell.Style));

    private static string Colour(string state) => state switch
    {
        nameof(JobLifecycle.Succeeded) => "green",
        nameof(JobLifecycle.Failed) or nameof(EndKind.Rejected) => "red",
        nameof(JobLifecycle.Blocked) => "yellow",
        nameof(JobLifecycle.Running) => "aqua",
        nameof(JobLifecycle.Retrieving) => "blue",
        nameof(JobLifecycle.Cancelled) or nameof(JobLifecycle.Cancelling) or nameof(EndKind.Duplicate) => "grey",
        _ => "default",
    };
}
