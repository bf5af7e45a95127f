using System.Collections.Frozen;
using System.Text.Json;
using System.Text.RegularExpressions;
using Workers.Contracts;

namespace Workers.Jobs.Lifecycle;

/// <summary>The rules that every input keeps, whatever the provider. What a provider asks for beyond them is checked before its task is made.</summary>
public static partial class InputRules
{
    /// <summary>Prompts are concise; large things go by reference.</summary>
    public const int LongestPrompt = 20_000;

    public const int LongestModel = 128;
    public const int MostReferences = 64;
    public const int MostParameters = 64;
    public const int LongestParameter = 2_000;

    /// <summary>What a reference can be.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["image", "video", "audio"];

    /// <summary>All faults of an input, in the order of its members.</summary>
    public static IReadOnlyList<InputFault> Check(JobInput? input)
    {
        if (input is null)
        {
            return [Fault("input", "missing", "a submission has an input", "Give the model, the prompt and the references under \"input\".")];
        }

        List<InputFault> faults = [];
        if (string.IsNullOrWhiteSpace(input.Model) || input.Model.Length > LongestModel)
        {
            faults.Add(Fault("input.model", Shape(input.Model), $"a model is named in 1 to {LongestModel} characters", "Name one of the provider's models."));
        }

        if (input.Prompt is { Length: > LongestPrompt } prompt)
        {
            faults.Add(Fault("input.prompt", Shape(prompt), $"a prompt has at most {LongestPrompt} characters", "Shorten it, and pass large things by reference."));
        }

        if (input.References is { Count: > MostReferences } many)
        {
            faults.Add(Fault("input.references", $"{many.Count} references", $"there are at most {MostReferences} references", "Leave some out."));
        }

        for (var i = 0; i < Math.Min(input.References?.Count ?? 0, MostReferences); i++)
        {
            CheckReference(faults, input.References![i], $"input.references[{i}]");
        }

        CheckParameters(faults, input);
        return faults;
    }

    private static void CheckReference(List<InputFault> faults, Reference? reference, string field)
    {
        if (reference is null)
        {
            return; // what is null is left out
        }

        if ((reference.Uri is null) == (reference.ObjectKey is null))
        {
            faults.Add(Fault($"{field}.uri", reference.Uri is null ? "missing" : "both uri and objectKey", "a reference has a uri or an objectKey", "Give exactly one of the two."));
        }

        if (reference.Kind is null || !Kinds.Contains(reference.Kind))
        {
            faults.Add(Fault($"{field}.kind", Shape(reference.Kind), "kind is image, video or audio", "Name one of the three."));
        }

        if (reference.Length is < 0)
        {
            faults.Add(Fault($"{field}.length", "a negative number", "length is a number of bytes", "Give the size, or leave it out."));
        }

        if (reference.DurationSeconds is { } seconds && !(seconds >= 0 && double.IsFinite(seconds)))
        {
            faults.Add(Fault($"{field}.durationSeconds", "no positive number", "durationSeconds is a number of seconds", "Give the duration, or leave it out."));
        }

        if (reference.Checksum is { } checksum && !Sha256().IsMatch(checksum))
        {
            faults.Add(Fault($"{field}.checksum", Shape(checksum), "checksum is a SHA-256 in hexadecimal", "Give its 64 digits, or leave it out."));
        }
    }

    private static void CheckParameters(List<InputFault> faults, JobInput input)
    {
        var given = (input.Parameters ?? FrozenDictionary<string, JsonElement>.Empty).Where(one => one.Value.ValueKind != JsonValueKind.Null).ToList();
        if (given.Count > MostParameters)
        {
            faults.Add(Fault("input.parameters", $"{given.Count} parameters", $"there are at most {MostParameters} parameters", "Leave some out."));
            return;
        }

        foreach (var (_, value) in given.Where(one => one.Value.GetRawText().Length > LongestParameter))
        {
            faults.Add(Fault("input.parameters", $"a value of {value.GetRawText().Length} characters", $"a parameter's value has at most {LongestParameter} characters", "Pass large things by reference."));
        }
    }

    internal static InputFault Fault(string field, string found, string rule, string fix) => new() { Field = field, Found = found, Rule = rule, Fix = fix };

    internal static string Shape(string? text) => text switch
    {
        null => "missing",
        "" => "an empty text",
        _ => $"a text of {text.Length} characters",
    };

    [GeneratedRegex(@"\A[0-9a-fA-F]{64}\z")]
    internal static partial Regex Sha256();
}
