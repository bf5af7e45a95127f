using Spectre.Console.Testing;
using Workers.Cli.Files;
using Workers.Cli.Progress;
using Workers.Cli.Tests.Support;

namespace Workers.Cli.Tests.Progress;

internal sealed class LiveTableTests : IDisposable
{
    private readonly TestConsole _console = new TestConsole().Width(160).Height(40);

    public void Dispose() => _console.Dispose();

    [Test]
    public void EveryLineHasARowInTheOrderOfTheFile()
    {
        var shown = Draw(Board(3));
        Assert.That(shown, Does.Match("job-1(.|\n)*job-2(.|\n)*job-3"));
        Assert.That(shown, Does.Contain("3 lines: 2 running · 1 succeeded"));
    }

    [Test]
    public void WhatDoesNotFitIsCountedAndWhatIsUnderWayComesFirst()
    {
        _console.Height(12);
        var shown = Draw(Board(30));

        // Every third has succeeded; four rows fit.
        Assert.That(shown, Does.Contain("job-29").And.Not.Contain("job-30 "));
        Assert.That(shown, Does.Contain("30 lines (26 lines more)"));
        Assert.That(shown.Count(letter => letter == '\n'), Is.LessThanOrEqualTo(12));
    }

    [TestCase(52)]
    [TestCase(80)]
    [TestCase(110)]
    [TestCase(160)]
    [TestCase(300)]
    public void NoTextIsWrapped(int width)
    {
        _console.Width(width);
        var rows = Draw(Board(5)).Split('\n').Count(line => line.StartsWith('│'));

        Assert.That(rows, Is.EqualTo(1 + 5)); // with the header
    }

    [Test]
    public async Task ItShowsTheLastStateWhenItEnds()
    {
        var board = Board(2);
        await using (var table = Table(board))
        {
            table.Begin();
            board.Saw(Lines.View(Lines.Of(1, "job-1"), "Cancelled", version: 9));
        }

        Assert.That(_console.Output, Does.Contain("Cancelled"));
    }

    private static Board Board(int count)
    {
        JobLine[] lines = [.. Enumerable.Range(1, count).Select(number => Lines.Of(number, FormattableString.Invariant($"job-{number}")))];
        var board = new Board(lines);
        foreach (var line in lines)
        {
            board.Heard(line, new Answer.Accepted(Duplicate: false));
            board.Saw(Lines.View(line, line.Number % 3 == 0 ? "Succeeded" : "Running", changedAt: DateTimeOffset.UnixEpoch.AddSeconds(line.Number)));
        }

        return board;
    }

    private LiveTable Table(Board board) => new(board, _console, TimeProvider.System, "a title");

    private string Draw(Board board)
    {
        _console.Write(Table(board).Draw());
        return _console.Output;
    }
}
