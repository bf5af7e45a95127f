using Workers.Contracts;
using Workers.Providers.Http;

namespace Workers.Providers.Seedance.Rules;

/// <summary>Where references lie. Large things go by reference: what is inline is refused.</summary>
internal static class AddressRules
{
    public static IEnumerable<InputFault> Check(SeedanceInput input, OutboundPolicy outbound, ReferenceAddress addresses) =>
        input.References.Select((reference, index) => Check(reference, ReferenceRules.Path(index), outbound, addresses)).OfType<InputFault>();

    private static InputFault? Check(Reference reference, string path, OutboundPolicy outbound, ReferenceAddress addresses)
    {
        if (reference is { Uri: null, ObjectKey: null } or { Uri: not null, ObjectKey: not null })
        {
            return Fault(path, reference.Uri is null ? "neither" : "both", "must have exactly one of uri and objectKey", "Give one of them.");
        }

        if (reference.Uri is null)
        {
            return addresses.Judge(reference.ObjectKey!) is { } problem
                ? Fault($"{path}.objectKey", Shape.Of(reference.ObjectKey), problem, "Correct the key, or give a uri.")
                : null;
        }

        if (reference.Uri.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
        {
            return Fault($"{path}.uri", "a data URI", "must name the content, not carry it", "Store it, and give its https URI or object key.");
        }

        if (SeedanceAssets.Is(reference))
        {
            return null;
        }

        return Uri.TryCreate(reference.Uri, UriKind.Absolute, out var uri)
            ? outbound.Judge(uri) is { } refusal ? Fault($"{path}.uri", "a URI", refusal, "Give an https URI of a public host, or an asset:// URI.") : null
            : Fault($"{path}.uri", Shape.Of(reference.Uri), "must be an absolute URI", "Give an https URI or an asset:// URI.");
    }

    private static InputFault Fault(string field, string found, string rule, string fix) =>
        new() { Field = field, Found = found, Rule = rule, Fix = fix };
}
