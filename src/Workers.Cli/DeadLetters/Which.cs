using System.CommandLine;
using Workers.Contracts;
using Workers.RabbitMq.DeadLetters;

namespace Workers.Cli.DeadLetters;

/// <summary>The options that say which dead letters are meant.</summary>
internal static class Which
{
    public static readonly Option<string?> Queue = new("--queue") { Description = "Only those that came from this queue, or lie in it.", HelpName = "QUEUE" };
    public static readonly Option<FailureBucket?> Bucket = new("--bucket") { Description = "Only those of this cause.", HelpName = "BUCKET" };
    public static readonly Option<string?> Type = new("--type") { Description = "Only messages of this type, for example StartJob.", HelpName = "TYPE" };

    public static DeadLetterQuery Of(ParseResult parsed) => new() { Queue = parsed.GetValue(Queue), Bucket = parsed.GetValue(Bucket), Type = parsed.GetValue(Type) };

    /// <summary>A limit of at least one.</summary>
    public static Option<int> Limit(string description, int usual)
    {
        var limit = new Option<int>("--limit") { Description = description, HelpName = "N", DefaultValueFactory = _ => usual };
        limit.Validators.Add(result =>
        {
            if (result.Tokens is [var token, ..] && int.TryParse(token.Value, out var count) && count < 1)
            {
                result.AddError("--limit must be at least 1.");
            }
        });
        return limit;
    }

    /// <summary>Who acts: the user of this machine, unless the option says otherwise.</summary>
    public static readonly Option<string> By = new("--by") { Description = "Who does this, for the record. Default: the user and this machine.", HelpName = "WHO", DefaultValueFactory = _ => $"{Environment.UserName}@{Environment.MachineName}" };
}
