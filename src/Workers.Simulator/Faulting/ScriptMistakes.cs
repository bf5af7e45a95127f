namespace Workers.Simulator.Faulting;

/// <summary>Finds rules that could never do what they say.</summary>
internal static class ScriptMistakes
{
    public static IEnumerable<string> FindMistakes(this FaultScript script)
    {
        foreach (var (index, rule) in script.Rules.Index())
        {
            if (rule.Probability is not (>= 0 and <= 1))
            {
                yield return $"Rule {index}: the probability ({rule.Probability}) is not between 0 and 1.";
            }

            if (rule.Tries?.Any(number => number < 1) == true)
            {
                yield return $"Rule {index}: tries count from 1.";
            }

            if (!FaultGrammar.Fits(rule.Fault, rule.Operation))
            {
                yield return $"Rule {index}: {rule.Fault.GetType().Name} can't befall {rule.Operation}.";
            }
        }
    }
}
