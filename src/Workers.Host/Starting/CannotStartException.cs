namespace Workers.Host.Starting;

/// <summary>The process can't begin; the message tells a person why and what to do.</summary>
internal sealed class CannotStartException(string message, Exception? inner = null) : Exception(message, inner);
