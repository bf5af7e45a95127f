using System.Globalization;
using Workers.Simulator.Requests;

namespace Workers.Simulator.Faulting;

/// <summary>What a decision about faults is about.</summary>
/// <param name="Key">The job's key, or a name for the set of ids of a list call.</param>
/// <param name="Prompt">Null for list calls.</param>
/// <param name="Directives">The rules that the prompt carries.</param>
internal readonly record struct FaultSubject(Operation Operation, string Key, int Try, string? Prompt, IReadOnlyList<FaultRule> Directives);

/// <summary>Says which faults hit a call or a task.</summary>
internal sealed class FaultDecider(FaultScript script, Chance chance)
{
    public bool HasRulesFor(Operation operation) => script.Rules.Any(rule => rule.Operation == operation);

    public IReadOnlyList<Fault> Decide(FaultSubject subject)
    {
        if (script.Rules.Count == 0 && subject.Directives.Count == 0)
        {
            return [];
        }

        var faults = new List<Fault>();
        foreach (var (index, rule) in script.Rules.Index())
        {
            if (Applies(rule, subject) && Hits(rule, index, subject))
            {
                faults.Add(rule.Fault);
            }
        }

        faults.AddRange(subject.Directives.Where(rule => Applies(rule, subject)).Select(rule => rule.Fault));
        return faults;
    }

    /// <summary>What is the matter with a task from its making on.</summary>
    public IReadOnlyList<Fault> DecideTraits(string jobKey, int createTry, CreateBody body)
    {
        var subject = new FaultSubject(Operation.Task, jobKey, createTry, body.Content.Prompt, body.Directives);
        return [.. Decide(subject), .. Decide(subject with { Operation = Operation.List }).Where(FaultGrammar.IsTrait)];
    }

    private static bool Applies(FaultRule rule, FaultSubject subject) =>
        rule.Operation == subject.Operation
        && (rule.Tries is null || rule.Tries.Contains(subject.Try))
        && (rule.PromptContains is null || subject.Prompt?.Contains(rule.PromptContains, StringComparison.Ordinal) == true);

    private bool Hits(FaultRule rule, int index, FaultSubject subject) =>
        rule.Probability >= 1
        || chance.Fraction(
            "fault",
            index.ToString(CultureInfo.InvariantCulture),
            subject.Key,
            subject.Operation.ToString(),
            subject.Try.ToString(CultureInfo.InvariantCulture)) < rule.Probability;
}
