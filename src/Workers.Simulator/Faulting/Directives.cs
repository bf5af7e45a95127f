using System.Globalization;
using System.Text.RegularExpressions;

namespace Workers.Simulator.Faulting;

/// <summary>
/// Faults that a prompt asks for by itself: <c>[simulate OPERATION [once | try N] FAULT]</c>, for example
/// <c>[simulate create once drop-response]</c> or <c>[simulate task moderate]</c>.
/// </summary>
internal static partial class Directives
{
    private const string Mark = "[simulate";

    /// <summary>The rules a prompt carries; what can't be understood is in <paramref name="unknown"/>.</summary>
    public static IReadOnlyList<FaultRule> In(string prompt, out string? unknown)
    {
        unknown = null;
        if (!prompt.Contains(Mark, StringComparison.Ordinal))
        {
            return [];
        }

        var rules = new List<FaultRule>();
        foreach (Match match in Pattern().Matches(prompt))
        {
            if (Read(match) is { } rule)
            {
                rules.Add(rule);
            }
            else
            {
                unknown ??= match.Value;
            }
        }

        return rules;
    }

    private static FaultRule? Read(Match match)
    {
        if (!Enum.TryParse<Operation>(match.Groups["operation"].Value, ignoreCase: true, out var operation)
            || !FaultGrammar.TryParse(match.Groups["fault"].Value, out var fault)
            || !FaultGrammar.Fits(fault, operation))
        {
            return null;
        }

        // One list call is about many jobs: a single prompt can't decide what becomes of it.
        if (operation is Operation.List && !FaultGrammar.IsTrait(fault))
        {
            return null;
        }

        int[]? tries = match.Groups["once"].Success ? [1]
            : match.Groups["try"].Success ? [int.Parse(match.Groups["try"].Value, CultureInfo.InvariantCulture)]
            : null;
        return new FaultRule { Operation = operation, Fault = fault, Tries = tries };
    }

    [GeneratedRegex(@"\[simulate\s+(?<operation>[a-z]+)\s+(?:(?<once>once)\s+|try\s+(?<try>[0-9]{1,6})\s+)?(?<fault>[^\]]*)\]|\[simulate[^\]]*\]?", RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
