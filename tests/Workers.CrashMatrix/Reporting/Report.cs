using System.Globalization;
using Workers.CrashMatrix.Rows;

namespace Workers.CrashMatrix.Reporting;

/// <summary>Says what happens while it does, and in the end what all of it has shown.</summary>
/// <param name="rows">The rows, in the order of the table.</param>
/// <param name="count">How many runs there will be.</param>
/// <param name="output">Where to.</param>
internal sealed class Report(IReadOnlyList<string> rows, int count, TextWriter output)
{
    private readonly Lock _gate = new();
    private readonly List<Findings> _findings = [];

    /// <summary>A line about what goes on.</summary>
    public void Say(string line)
    {
        lock (_gate)
        {
            output.WriteLine(line);
        }
    }

    /// <summary>A run is over.</summary>
    public void Add(Findings findings, string which)
    {
        lock (_gate)
        {
            _findings.Add(findings);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{_findings.Count}/{count} {which}: {findings.Jobs} jobs, {findings.Kills} kills, {findings.Lost} lost, {findings.Doubled} doubled, {findings.Adopted} adopted, {findings.Uncertain} uncertain, recovered in {findings.Recovery.TotalSeconds:F1} s"));
            Problems(findings);
        }
    }

    /// <summary>All is over.</summary>
    /// <returns>Whether nothing was lost or doubled, and nothing else is wrong.</returns>
    public bool Close(TimeSpan took)
    {
        lock (_gate)
        {
            Findings[] table = [.. _findings.GroupBy(one => one.Row).Select(row => row.Aggregate((sum, one) => sum.Plus(one))).OrderBy(row => rows.Contains(row.Row) ? rows.ToList().IndexOf(row.Row) : rows.Count)];
            output.WriteLine();
            foreach (var line in MatrixTable.Lines(table))
            {
                output.WriteLine(line);
            }

            output.WriteLine();
            foreach (var row in table)
            {
                Problems(row);
            }

            var isClean = Array.TrueForAll(table, row => row.IsClean);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{table.Sum(row => row.Jobs)} jobs, {table.Sum(row => row.Kills)} kills in {took:h\\:mm\\:ss}: {(isClean ? "nothing lost, nothing doubled" : "not clean")}"));
            return isClean;
        }
    }

    private void Problems(Findings findings)
    {
        foreach (var problem in findings.Problems)
        {
            output.WriteLine($"  {problem}");
        }
    }
}
