using System.Text.Json;

namespace Workers.Providers.Seedance.Wire;

/// <summary>ModelArk, list tasks: the answer. Items are read one by one, so that a bad one does not spoil its neighbours.</summary>
internal sealed record TaskListing(long? Total, IReadOnlyList<JsonElement> Items)
{
    /// <summary>The list, or null where there is none.</summary>
    public static TaskListing? Read(JsonElement json)
    {
        var data = json.Member("data");
        var items = json.Member("items") ?? data.Member("items") ?? data;
        long? total = (json.Member("total") ?? data.Member("total")).Whole() is >= 0 and var told ? told : null;
        return items is { ValueKind: JsonValueKind.Array } list ? new(total, [.. list.EnumerateArray()])

            // An empty list, as some languages write it.
            : total is 0 && items is null or { ValueKind: JsonValueKind.Null } && json.ValueKind == JsonValueKind.Object ? new(total, [])
            : null;
    }
}
