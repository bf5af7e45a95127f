using Workers.Contracts;

namespace Workers.Jobs.Retrieval;

/// <summary>Compares what was fetched with what the job calls success. What the provider does not say is unknown, and no mismatch.</summary>
internal static class Expectations
{
    /// <summary>Any output will do, an empty one too: what a person has accepted.</summary>
    public static ResultExpectation Anything { get; } = new() { MediaTypes = ["*/*"] };

    /// <summary>What is not as it should be, or null. The main output comes first.</summary>
    public static string? Judge(ResultExpectation? expect, ResultOutput main, TaskUsage usage)
    {
        if (IsAnything(expect))
        {
            return null;
        }

        string[] types = expect?.MediaTypes is { Count: > 0 } asked ? [.. asked] : ["video/*"];
        if (!types.Any(type => Covers(type, main.MediaType)))
        {
            return $"its media type is {main.MediaType}, not {string.Join(" or ", types)}";
        }

        if (main.Bytes == 0)
        {
            return "it is empty";
        }

        return expect switch
        {
            { MinBytes: { } least } when main.Bytes < least => $"it has {main.Bytes} bytes, fewer than {least}",
            { MaxBytes: { } most } when main.Bytes > most => $"it has {main.Bytes} bytes, more than {most}",
            { Sha256: { } hash } when !string.Equals(hash, main.Sha256, StringComparison.OrdinalIgnoreCase) => $"its SHA-256 is {main.Sha256}, not the expected one",
            { DurationSeconds: { } seconds } when usage.DurationSeconds is { } told && told != seconds => $"the provider reports {usage.DurationSeconds} seconds, not {seconds}",
            { Resolution: { } resolution } when usage.Resolution is { } told && !string.Equals(told, resolution, StringComparison.OrdinalIgnoreCase) => $"the provider reports the resolution {usage.Resolution}, not {resolution}",
            _ => null,
        };
    }

    /// <summary>A page, a record of a fault, or nothing: fetched again, it may be the output itself.</summary>
    public static bool IsNoOutputAtAll(ResultOutput main) => main.Bytes == 0 || main.MediaType is "text/html" or "application/xml" or "application/json";

    /// <summary>Whether whatever was fetched is a success.</summary>
    public static bool IsAnything(ResultExpectation? expect) =>
        expect is { MediaTypes: ["*/*"], MinBytes: null, MaxBytes: null, Sha256: null, DurationSeconds: null, Resolution: null };

    private static bool Covers(string type, string mediaType) =>
        type == "*/*"
        || (type.EndsWith("/*", StringComparison.Ordinal)
            ? mediaType.StartsWith(type[..^1], StringComparison.OrdinalIgnoreCase)
            : string.Equals(type, mediaType, StringComparison.OrdinalIgnoreCase));
}
