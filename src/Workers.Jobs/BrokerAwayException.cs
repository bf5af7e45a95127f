namespace Workers.Jobs;

/// <summary>The broker did not take a message. Nobody's fault: the message in hand goes back to its queue, and this counts neither as a redelivery nor as a dead letter.</summary>
public sealed class BrokerAwayException(string message, Exception? inner = null) : Exception(message, inner);
