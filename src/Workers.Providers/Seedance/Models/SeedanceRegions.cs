namespace Workers.Providers.Seedance.Models;

/// <summary>One region of one of the two platforms; keys and models belong to it alone.</summary>
/// <param name="Name">As accounts name it.</param>
/// <param name="BaseAddress">Ends with a slash.</param>
/// <param name="Currency">ISO 4217 code of its prices.</param>
/// <param name="IsVolcengine">Decides model ids.</param>
internal sealed record SeedanceRegion(string Name, Uri BaseAddress, string Currency, bool IsVolcengine)
{
    /// <summary>The id that this region knows a model by.</summary>
    public string ModelId(SeedanceModel model) => IsVolcengine ? model.VolcengineId : model.BytePlusId;
}

/// <summary>ModelArk: base addresses by region.</summary>
internal static class SeedanceRegions
{
    public static SeedanceRegion Default { get; } = new("ap-southeast", new("https://ark.ap-southeast.bytepluses.com/api/v3/"), "USD", IsVolcengine: false);

    public static IReadOnlyList<SeedanceRegion> All { get; } =
    [
        Default,
        new("eu-west", new("https://ark.eu-west.bytepluses.com/api/v3/"), "USD", IsVolcengine: false),
        new("cn-beijing", new("https://ark.cn-beijing.volces.com/api/v3/"), "CNY", IsVolcengine: true),
    ];

    /// <summary>The region of this name; the default for an empty name; else null.</summary>
    public static SeedanceRegion? Find(string name) => name.Length == 0 ? Default : All.FirstOrDefault(region => region.Name == name);
}
