using System.Globalization;
using Workers.Contracts;
using Workers.Providers.Seedance.Models;

namespace Workers.Providers.Seedance.Rules;

/// <summary>Each reference alone: kind, role, and what its sender says of it.</summary>
internal static class ReferenceRules
{
    /// <summary>ModelArk, create task: the least seconds of a video or an audio.</summary>
    private const int MinSeconds = 2;

    public static IEnumerable<InputFault> Check(SeedanceInput input) =>
        input.References.SelectMany((reference, index) => Check(input, reference, Path(index)));

    public static string Path(int index) => string.Create(CultureInfo.InvariantCulture, $"input.references[{index}]");

    private static IEnumerable<InputFault> Check(SeedanceInput input, Reference reference, string path)
    {
        if (MediaTable.Find(reference.Kind, input.Model) is not { } medium)
        {
            yield return Fault($"{path}.kind", Shape.Of(reference.Kind), "must be one of image, video, audio", "Choose one of them.");
            yield break;
        }

        if (medium.Kind != "image" && !input.Model.Can(Features.ReferenceMedia))
        {
            yield return Fault($"{path}.kind", $"a reference of kind {medium.Kind}", "only Seedance 2.x takes videos and audios", "Leave it out, or choose another model.");
        }

        if (reference.Role is null && medium.Kind == "image" && input.References.Count > 1)
        {
            yield return Fault($"{path}.role", Shape.Missing, "an image needs a role unless it is the only reference", $"Give one of {Shape.List(medium.Roles)}.");
        }
        else if (reference.Role is not null && !medium.Roles.Contains(reference.Role))
        {
            yield return Fault($"{path}.role", Shape.Of(reference.Role), $"must be one of {Shape.List(medium.Roles)} for kind {medium.Kind}", "Choose one of them.");
        }

        if (reference.ContentType is not null && medium.Usual(reference.ContentType) is null)
        {
            yield return Fault($"{path}.contentType", Shape.Of(reference.ContentType), $"must be one of {Types(medium)}", "Convert it, or correct the media type.");
        }

        if (reference.Length is < 1 || reference.Length > medium.MaxBytes)
        {
            yield return Fault($"{path}.length", "a whole number", $"must lie within 1 byte and {Megabytes(medium)} for kind {medium.Kind}", "Make it smaller.");
        }

        if (medium.Kind != "image" && reference.DurationSeconds is { } seconds && !(seconds >= MinSeconds && seconds <= input.Model.MaxInputSeconds))
        {
            yield return Fault(
                $"{path}.durationSeconds",
                "a number",
                string.Create(CultureInfo.InvariantCulture, $"must lie within {MinSeconds} and {input.Model.MaxInputSeconds} seconds for this model"),
                "Cut it.");
        }
    }

    public static string Types(Medium medium) => Shape.List(medium.Types.Select(spellings => spellings[0]));

    public static string Megabytes(Medium medium) => string.Create(CultureInfo.InvariantCulture, $"{medium.MaxMegabytes} MB");

    private static InputFault Fault(string field, string found, string rule, string fix) =>
        new() { Field = field, Found = found, Rule = rule, Fix = fix };
}
