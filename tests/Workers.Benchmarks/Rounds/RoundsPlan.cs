namespace Workers.Benchmarks.Rounds;

/// <summary>How much is polled, and when.</summary>
/// <param name="Attempts">Attempts that come due.</param>
/// <param name="Accounts">Accounts that they are in.</param>
/// <param name="Processes">Processes that poll.</param>
/// <param name="Kills">How many of them are killed on the way.</param>
/// <param name="Within">The time over which the attempts come due.</param>
/// <param name="Interval">The longest time between two looks at a task.</param>
/// <param name="Lead">The time until the first is due.</param>
internal sealed record RoundsPlan(int Attempts, int Accounts, int Processes, int Kills, TimeSpan Within, TimeSpan Interval, TimeSpan Lead);
