using System.Globalization;
using System.Text.Json;
using Workers.Contracts;

namespace Workers.Providers.Seedance.Rules;

/// <summary>Each parameter alone: known to the model, of the right type, one of its words, within its range.</summary>
internal static class ParameterRules
{
    public static IEnumerable<InputFault> Check(SeedanceInput input)
    {
        foreach (var parameter in ParameterTable.All)
        {
            if (input.Parameters.TryGetValue(parameter.Name, out var value) && Judge(input, parameter, value) is var (rule, fix))
            {
                yield return new() { Field = $"input.parameters.{parameter.Name}", Found = Shape.Of(value), Rule = rule, Fix = fix };
            }
        }
    }

    private static (string Rule, string Fix)? Judge(SeedanceInput input, Parameter parameter, JsonElement value) => parameter.Kind switch
    {
        _ when !input.Model.Can(parameter.Needs) => ($"only {parameter.KnownTo} knows it", "Leave it out, or choose another model."),
        ParameterKind.Word when !parameter.Words.Contains(input.Text(parameter.Name)) =>
            ($"must be one of {Shape.List(parameter.Words)}", Meant(input.Text(parameter.Name), parameter.Words)),
        ParameterKind.Whole when input.Whole(parameter.Name) is null => ("must be a whole number", "Give a number without fraction or quotes."),
        ParameterKind.Whole when parameter.Range is var (min, max) && (input.Whole(parameter.Name) < min || input.Whole(parameter.Name) > max) =>
            (string.Create(CultureInfo.InvariantCulture, $"must lie within {min} and {max}"), "Give a number of that range, or leave it out."),
        ParameterKind.Flag when input.Flag(parameter.Name) is null => ("must be true or false", "Give true or false without quotes."),
        ParameterKind.List when !IsWebSearch(value) => ("must be a list of one tool of type web_search", "Give [{\"type\":\"web_search\"}], or leave it out."),
        ParameterKind.Task when input.DraftTaskId is null => ("must be the id of a draft's task in an object", "Give {\"id\":\"cgt-...\"}, as the draft's job was told it."),
        _ => null,
    };

    private static string Meant(string? found, string[] words) =>
        words.FirstOrDefault(word => string.Equals(word, found, StringComparison.OrdinalIgnoreCase)) is { } meant
            ? $"Did you mean {meant}?"
            : "Choose one of them.";

    private static bool IsWebSearch(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 1 && value[0].ValueKind == JsonValueKind.Object
        && value[0].EnumerateObject().ToArray() is [{ Name: "type", Value: { ValueKind: JsonValueKind.String } type }] && type.ValueEquals("web_search");
}
