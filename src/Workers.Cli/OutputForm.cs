using System.CommandLine;

namespace Workers.Cli;

/// <summary>The option of commands that tell one thing: to a person, or to a program. One for all of them.</summary>
internal static class OutputForm
{
    public static readonly Option<string> Option =
        new Option<string>("--output") { Description = "json: one document on standard output.", DefaultValueFactory = _ => "text" }.AcceptOnlyFromAmong("text", "json");

    public static bool IsJson(ParseResult parsed) => parsed.GetValue(Option) == "json";
}
