using Microsoft.Extensions.Options;
using Workers.Contracts;

namespace Workers.Providers.Http;

/// <summary>Turns references into the addresses that providers are given and probes ask.</summary>
public sealed class ReferenceAddress(IOptions<ObjectStoreOptions> options)
{
    /// <summary>The longest key that object stores usually take, in characters.</summary>
    private const int MaxKeyLength = 1024;

    /// <summary>The address of a reference that passed the provider's rules: its URI as it is, or its key joined to the object store's address.</summary>
    /// <exception cref="ArgumentException">The reference has no address. The message does not repeat it.</exception>
    public Uri Resolve(Reference reference) =>
        reference.Uri is { } text
            ? Uri.TryCreate(text, UriKind.Absolute, out var uri) ? uri : throw new ArgumentException("The reference's URI is not absolute.", nameof(reference))
            : Judge(reference.ObjectKey ?? "") is { } problem
                ? throw new ArgumentException($"The reference's object key {problem}.", nameof(reference))
                : Join(reference.ObjectKey!, reference.Version);

    /// <summary>What is wrong with an object key, or null.</summary>
    public string? Judge(string key) =>
        options.Value.BaseAddress is null ? "cannot be used: ObjectStore:BaseAddress is not set"
        : key.Length is 0 or > MaxKeyLength ? "must be 1 to 1024 characters long"
        : key.Split('/').Any(segment => segment is "" or "." or "..") ? "must not have empty segments, nor . or .."
        : key.Any(char.IsControl) ? "must not have control characters"
        : null;

    private Uri Join(string key, string? version)
    {
        var path = string.Join('/', key.Split('/').Select(Uri.EscapeDataString));
        var root = options.Value.BaseAddress!.GetLeftPart(UriPartial.Path).TrimEnd('/');
        var query = version is null ? "" : $"?versionId={Uri.EscapeDataString(version)}";
        return new Uri($"{root}/{path}{query}");
    }
}
