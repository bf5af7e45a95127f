using System.Globalization;
using Workers.Contracts;
using Workers.Providers.Seedance.Models;

namespace Workers.Providers.Seedance.Rules;

/// <summary>What servers say of the references, against the limits and against what the sender said.</summary>
internal static class ReferenceFactRules
{
    /// <summary>What stores answer that were never told a media type: it says nothing.</summary>
    private static readonly string[] Mute = ["application/octet-stream", "binary/octet-stream"];

    public static IReadOnlyList<InputFault> Check(SeedanceInput input, IReadOnlyList<ReferenceFacts?> facts) =>
    [
        .. input.References.Zip(facts).SelectMany((pair, index) =>
            pair.Second is null ? [] : Check(input.Model, pair.First, pair.Second, ReferenceRules.Path(index))),
    ];

    private static IEnumerable<InputFault> Check(SeedanceModel model, Reference reference, ReferenceFacts facts, string path)
    {
        if (!facts.Reachable)
        {
            yield return Fault(path, facts.Problem ?? "no answer", "must be reachable", "Check that it exists, is public, and that its signature lasts long enough.");
            yield break;
        }

        // A kind that nobody knows has been complained of before.
        if (MediaTable.Find(reference.Kind, model) is not { } medium)
        {
            yield break;
        }

        if (facts.ContentType is { } type && !Mute.Contains(type))
        {
            if (medium.Usual(type) is not { } usual)
            {
                yield return Fault(path, "another media type", $"the server must give one of {ReferenceRules.Types(medium)}", "Convert it, or correct the media type where it is stored.");
            }
            else if (reference.ContentType is { } told && medium.Usual(told) != usual)
            {
                yield return Fault($"{path}.contentType", $"{usual} at the server", "must be what the server says", "Correct the media type, or the content.");
            }
        }

        if (facts.Length is { } length)
        {
            if (length < 1 || length > medium.MaxBytes)
            {
                yield return Fault(path, Bytes(length), $"must lie within 1 byte and {ReferenceRules.Megabytes(medium)} for kind {medium.Kind}", "Make it smaller.");
            }

            if (reference.Length is { } told && told != length)
            {
                yield return Fault($"{path}.length", $"{Bytes(length)} at the server", "must be what the server says", "Correct the length, or the content.");
            }
        }
    }

    private static string Bytes(long length) => string.Create(CultureInfo.InvariantCulture, $"{length} bytes");

    private static InputFault Fault(string field, string found, string rule, string fix) =>
        new() { Field = field, Found = found, Rule = rule, Fix = fix };
}
