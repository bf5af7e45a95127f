namespace Workers.Jobs.Polling;

/// <summary>Look at an account's due attempts. Only the account's latest round does anything; any other number is dropped.</summary>
public sealed record PollRound(string Account, long Round);
