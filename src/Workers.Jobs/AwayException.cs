namespace Workers.Jobs;

/// <summary>
/// A server that the fleet stands on is away. Nobody's fault: the message in hand goes back to its queue, and this counts neither as a redelivery nor as a dead letter.
/// </summary>
public abstract class AwayException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The broker did not take a message.</summary>
public sealed class BrokerAwayException(string message, Exception? inner = null) : AwayException(message, inner);

/// <summary>The store did not answer for longer than a message may be held.</summary>
public sealed class StoreAwayException(string message, Exception? inner = null) : AwayException(message, inner);

/// <summary>The folder of the results took nothing for longer than a message may be held.</summary>
public sealed class ResultsAwayException(string message) : AwayException(message);
