using System.Diagnostics.CodeAnalysis;

namespace Workers.Providers;

/// <summary>The providers that this process can speak to, by name.</summary>
public sealed class ProviderDirectory(IEnumerable<IGenerationProvider> providers)
{
    private readonly Dictionary<string, IGenerationProvider> _byName = providers.ToDictionary(provider => provider.Name, StringComparer.Ordinal);

    /// <summary>In order.</summary>
    public IReadOnlyList<string> Names => [.. _byName.Keys.Order(StringComparer.Ordinal)];

    public bool TryFind(string name, [NotNullWhen(true)] out IGenerationProvider? provider) => _byName.TryGetValue(name, out provider);

    /// <summary>For a name that was judged before.</summary>
    /// <exception cref="ArgumentException">There is no such provider.</exception>
    public IGenerationProvider Find(string name) =>
        TryFind(name, out var provider) ? provider : throw new ArgumentException($"There is no provider '{name}'; there are: {string.Join(", ", Names)}.", nameof(name));
}
