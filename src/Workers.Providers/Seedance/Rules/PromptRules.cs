using System.Globalization;
using System.Text.RegularExpressions;
using Workers.Contracts;

namespace Workers.Providers.Seedance.Rules;

/// <summary>ModelArk, create task: content of type text.</summary>
internal static partial class PromptRules
{
    /// <summary>Far above ModelArk's advice of 1,000 English words or 500 Chinese characters: what is longer is no instruction.</summary>
    public const int MaxLength = 10_000;

    private const string Field = "input.prompt";

    public static IEnumerable<InputFault> Check(SeedanceInput input)
    {
        var prompt = input.Job.Prompt;
        if (string.IsNullOrWhiteSpace(prompt) && !input.IsFinal && !input.References.Any(reference => reference.Kind is "image" or "video"))
        {
            yield return new() { Field = Field, Found = Shape.Missing, Rule = "a prompt, an image or a video is needed", Fix = "Say what to make." };
        }

        if (prompt?.Length > MaxLength)
        {
            yield return new()
            {
                Field = Field,
                Found = Shape.Of(prompt),
                Rule = string.Create(CultureInfo.InvariantCulture, $"must be at most {MaxLength} characters long"),
                Fix = "Shorten it; the provider advises at most 1,000 English words or 500 Chinese characters.",
            };
        }

        if (prompt is not null && Suffix().IsMatch(prompt))
        {
            yield return new()
            {
                Field = Field,
                Found = "a parameter in the prompt",
                Rule = "must not carry parameters like --rs 720p: the provider hardly checks them there, and they override what was checked",
                Fix = "Move them to input.parameters.",
            };
        }
    }

    [GeneratedRegex(
        @"(^|\s)--(rs|resolution|rt|ratio|dur|duration|fps|framespersecond|frames|seed|cf|camerafixed|wm|watermark)\s+\S",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Suffix();
}
