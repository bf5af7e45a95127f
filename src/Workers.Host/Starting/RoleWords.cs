using Workers.Jobs;

namespace Workers.Host.Starting;

/// <summary>Roles as people write them: <c>lifecycle,polling</c>.</summary>
internal static class RoleWords
{
    private static readonly Dictionary<string, Roles> Known = Enum.GetValues<Roles>()
        .Where(role => role != Roles.None)
        .ToDictionary(role => role.ToString().ToLowerInvariant(), StringComparer.OrdinalIgnoreCase);

    /// <summary>All words, as a list for people.</summary>
    public static string List { get; } = string.Join(", ", Known.Keys);

    /// <summary>Reads the words, or says what is wrong with them.</summary>
    public static bool TryRead(string text, out Roles roles, out string? fault)
    {
        var words = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var unknown = words.Where(word => !Known.ContainsKey(word)).ToArray();
        roles = words.Except(unknown).Aggregate(Roles.None, (sum, word) => sum | Known[word]);
        fault = (words, unknown) switch
        {
            ([], _) => $"No role is named. Give one or more of {List}, separated by commas.",
            (_, []) => null,
            _ => $"There is no role {string.Join(", ", unknown)}. Give one or more of {List}, separated by commas.",
        };
        return fault is null;
    }
}
