using System.Globalization;
using Workers.CrashMatrix.Rows;

namespace Workers.CrashMatrix.Reporting;

/// <summary>The table of all rows, for people.</summary>
internal static class MatrixTable
{
    private static readonly string[] Head = ["failpoint", "kills", "jobs", "lost", "doubled", "adopted", "uncertain", "longest recovery"];

    public static IEnumerable<string> Lines(IReadOnlyList<Findings> rows)
    {
        var cells = rows.Select(Cells).Prepend(Head).ToArray();
        var widths = Enumerable.Range(0, Head.Length).Select(column => cells.Max(row => row[column].Length)).ToArray();
        return cells.Select(row => string.Join("  ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))));
    }

    private static string[] Cells(Findings row) =>
    [
        row.Row,
        Number(row.Kills),
        Number(row.Jobs),
        Number(row.Lost),
        Number(row.Doubled),
        Number(row.Adopted),
        Number(row.Uncertain),
        string.Create(CultureInfo.InvariantCulture, $"{row.Recovery.TotalSeconds:F1} s"),
    ];

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
