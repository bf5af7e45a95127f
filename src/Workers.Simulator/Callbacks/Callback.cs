namespace Workers.Simulator.Callbacks;

/// <summary>A message to a client about a task's new state.</summary>
/// <param name="Body">What a get call would have answered at that instant.</param>
/// <param name="Resent">Whether it is sent again where nobody acknowledges it.</param>
/// <param name="Times">How often it is sent although it is acknowledged.</param>
internal sealed record Callback(string TaskId, Uri To, string Status, byte[] Body, bool Resent, int Times);
