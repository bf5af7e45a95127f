using Workers.Contracts;

namespace Workers.Providers.Seedance.Rules;

/// <summary>Only known parameters pass: ModelArk was seen to accept an unknown field, ignore it and bill the task.</summary>
internal static class ParameterNameRules
{
    private static readonly string[] Names = [.. ParameterTable.All.Select(parameter => parameter.Name)];

    public static IEnumerable<InputFault> Check(SeedanceInput input) => input.Parameters.Keys
        .Where(name => !Names.Contains(name))
        .Order(StringComparer.Ordinal)
        .Select(name => ParameterTable.Owned.TryGetValue(name, out var instead) ? Owned(name, instead) : Unknown(name));

    private static InputFault Owned(string name, string instead) => new()
    {
        Field = $"input.parameters.{name}",
        Found = "a field of the fleet's own",
        Rule = "the fleet fills this field in",
        Fix = instead,
    };

    /// <summary>The name itself is not repeated: it may be anything.</summary>
    private static InputFault Unknown(string name) => new()
    {
        Field = "input.parameters",
        Found = $"an unknown name, {Shape.Of(name)}",
        Rule = "must name parameters that the provider knows",
        Fix = Spelling.Closest(name, Names) is { } meant ? $"Did you mean {meant}?" : $"Known are {Shape.List(Names)}.",
    };
}
