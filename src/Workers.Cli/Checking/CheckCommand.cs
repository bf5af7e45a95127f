using System.CommandLine;
using Spectre.Console;
using Workers.Cli.Files;
using Workers.Contracts;

namespace Workers.Cli.Checking;

/// <summary>The command line of <c>workers check</c>.</summary>
internal static class CheckCommand
{
    private const string Description = "Checks a file of jobs without running anything.";

    private const string Explanation =
        """
        The contract's rules come first, then the provider's. Nothing is asked for over the network, so a missing reference is not noticed.

        Exit codes: 0 nothing is wrong but where the file expects it (rejected, blocked, blocked:Validation), 2 something is, 1 the file can't be read.

        Example:
          workers check jobs.jsonl
        """;

    private static readonly Argument<string> File = new("FILE") { Description = "The file of jobs, one JSON object a line." };

    public static Command Create(IAnsiConsole output, IAnsiConsole error)
    {
        var command = new ExplainedCommand("check", Description, Explanation) { File };
        command.SetAction(async (parsed, stop) => await CheckAsync(parsed.GetRequiredValue(File), output, error, stop));
        return command;
    }

    private static async Task<int> CheckAsync(string file, IAnsiConsole output, IAnsiConsole error, CancellationToken stop)
    {
        var lines = await JobFile.ReadAsync(file, stop);
        using var rules = FileRules.Load();
        var wrong = 0;
        foreach (var (line, end, faults) in lines.Select(rules.Check).Where(finding => finding.Faults.Count > 0))
        {
            var expected = line.Goal.IsMetBy(end);
            wrong += expected ? 0 : 1;
            foreach (var fault in faults)
            {
                Write(expected ? output : error, expected, FormattableString.Invariant($"{file}:{line.Number}: {fault}{(expected ? $" [expected: {line.Goal}]" : "")}"));
            }
        }

        output.WriteLine(FormattableString.Invariant($"{lines.Count} lines, {wrong} of them wrong."));
        return wrong == 0 ? ExitCode.AsExpected : ExitCode.Otherwise;
    }

    private static void Write(IAnsiConsole console, bool expected, string text) => console.WriteLine(text, Style.Parse(expected ? "grey" : "red"));
}

/// <summary>What is wrong with a line, and how it would end for it.</summary>
internal sealed record Finding(JobLine Line, End End, IReadOnlyList<InputFault> Faults);
