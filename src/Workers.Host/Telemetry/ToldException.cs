using System.Net.Sockets;
using System.Text;
using RabbitMQ.Client.Exceptions;
using Workers.Contracts;

namespace Workers.Host.Telemetry;

/// <summary>
/// An exception as it may be told: its type, where it came from, and its words only where they surely quote no content, which are ours and those about connections. What a parser or a serialiser
/// says may repeat what it stumbled over; of such words hash and size remain.
/// </summary>
internal sealed class ToldException(Exception fault) : Exception(WordsOf(fault))
{
    private const int Deepest = 16;

    /// <summary>Its words, or their outline.</summary>
    public static string WordsOf(Exception fault) => IsSafe(fault) ? fault.Message : $"({Outline.Of(fault.Message)})";

    public override string? StackTrace => fault.StackTrace;

    public override string ToString()
    {
        var told = new StringBuilder();
        Tell(told, fault, depth: 0);
        return told.ToString();
    }

    private static void Tell(StringBuilder told, Exception fault, int depth)
    {
        told.Append(fault.GetType().FullName).Append(": ").Append(WordsOf(fault));
        var inner = fault is AggregateException several ? several.InnerExceptions : (IReadOnlyList<Exception>)(fault.InnerException is { } one ? [one] : []);
        foreach (var cause in depth < Deepest ? inner : [])
        {
            told.AppendLine().Append(" ---> ");
            Tell(told, cause, depth + 1);
        }

        if (fault.StackTrace is { } stack)
        {
            told.AppendLine().Append(stack);
        }
    }

    private static bool IsSafe(Exception fault) =>
        fault is SocketException or OperationCanceledException or TimeoutException or RabbitMQClientException or OperationInterruptedException
        || fault.GetType().Namespace is "Workers" || fault.GetType().Namespace?.StartsWith("Workers.", StringComparison.Ordinal) == true;
}

/// <summary>Stands before all logs, and hands them exceptions as they may be told.</summary>
internal sealed class ToldExceptions(ILoggerFactory inner) : ILoggerFactory
{
    /// <summary>Puts it around the factory that was registered last.</summary>
    public static void Use(IServiceCollection services)
    {
        var factory = services.Last(service => service.ServiceType == typeof(ILoggerFactory));
        services.Remove(factory);
        services.AddSingleton<ILoggerFactory>(provider => new ToldExceptions((ILoggerFactory)(
            factory.ImplementationInstance ?? factory.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, factory.ImplementationType!))));
    }

    public ILogger CreateLogger(string categoryName) => new Told(inner.CreateLogger(categoryName));

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose() => inner.Dispose();

    private sealed class Told(ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            inner.Log(logLevel, eventId, state, exception is null ? null : new ToldException(exception), formatter);
    }
}
