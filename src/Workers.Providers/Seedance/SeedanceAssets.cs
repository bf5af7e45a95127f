using System.Text.RegularExpressions;
using Workers.Contracts;

namespace Workers.Providers.Seedance;

/// <summary>ModelArk's own assets, which nobody else can ask for.</summary>
internal static partial class SeedanceAssets
{
    public static bool Is(Reference reference) => reference.Uri is { } uri && Form().IsMatch(uri);

    [GeneratedRegex(@"\Aasset://[A-Za-z0-9._-]{1,128}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
