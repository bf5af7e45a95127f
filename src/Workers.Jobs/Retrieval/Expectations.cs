using Workers.Contracts;

namespace Workers.Jobs.Retrieval;

/// <summary>Compares what was fetched with what the job calls success. What the provider does not say is unknown, and no mismatch.</summary>
internal static class Expectations
{
    /// <summary>What is not as it should be, or null. The main output comes first.</summary>
    public static string? Judge(ResultExpectation? expect, ResultOutput main, TaskUsage usage)
    {
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

    private static bool Covers(string type, string mediaType) =>
        type.EndsWith("/*", StringComparison.Ordinal)
            ? mediaType.StartsWith(type[..^1], StringComparison.OrdinalIgnoreCase)
            : string.Equals(type, mediaType, StringComparison.OrdinalIgnoreCase);
}
