namespace Workers.Jobs;

/// <summary>How in-memory stores read page by page.</summary>
internal static class PagesInMemory
{
    /// <summary>What comes after a position, newest first.</summary>
    public static IEnumerable<PagePosition> NewestAfter(this SortedSet<PagePosition> positions, PagePosition? after) =>
        positions.Count == 0 || (after is not null && after <= positions.Min!) ? []
        : after is null ? positions.Reverse()
        : positions.GetViewBetween(positions.Min, after).Reverse().SkipWhile(position => position == after);
}
