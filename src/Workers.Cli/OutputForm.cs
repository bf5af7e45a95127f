using System.CommandLine;
using System.CommandLine.Parsing;

namespace Workers.Cli;

/// <summary>The option of commands that tell one thing: to a person, or to a program. One for all of them.</summary>
internal static class OutputForm
{
    public static readonly Option<string> Option =
        new Option<string>("--output") { Description = "json: one document on standard output.", DefaultValueFactory = _ => "text" }.AcceptOnlyFromAmong("text", "json");

    public static bool IsJson(ParseResult parsed) => IsJson(parsed.CommandResult);

    /// <summary>The same, while the command line is still judged.</summary>
    public static bool IsJson(SymbolResult result) => result.GetValue(Option) == "json";
}
