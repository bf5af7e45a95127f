using System.Net.Sockets;
using System.Security.Authentication;
using RabbitMQ.Client.Exceptions;
using Workers.Jobs;

namespace Workers.RabbitMq.Connections;

/// <summary>Why the broker can't be used just now, in words that repeat neither user, password nor what the broker said.</summary>
public static class BrokerTrouble
{
    private const ushort NotAllowed = 530;
    private const ushort NotFound = 404;

    /// <summary>Whether the broker or the way to it is to blame, so that it is worth waiting.</summary>
    public static bool IsAway(Exception fault) => fault is RabbitMQClientException or IOException or TimeoutException;

    /// <summary>One sentence.</summary>
    public static string Describe(Exception fault, BrokerAddress broker) =>
        fault.Causes().OfType<BrokerTroubleException>().FirstOrDefault()?.Message ?? $"The broker at {broker} {Say(fault, broker)}.";

    private static string Say(Exception fault, BrokerAddress broker)
    {
        var causes = fault.Causes().ToList();
        return causes switch
        {
            _ when causes.OfType<CredentialsFileException>().FirstOrDefault() is { } file => $"was not asked: {file.Message}",
            _ when causes.Any(cause => cause is AuthenticationFailureException) => "refuses the user or the password",
            _ when causes.OfType<AuthenticationException>().Any() => $"shows no certificate that is trusted and has the name {broker.ServerName}, or refuses ours",
            _ when causes.OfType<OperationInterruptedException>().Any(cause => cause.ShutdownReason?.ReplyCode == NotAllowed) => $"has no virtual host {broker.VirtualHost}, or does not let the user into it",
            _ when causes.OfType<OperationInterruptedException>().Any(cause => cause.ShutdownReason?.ReplyCode == NotFound) => $"lacks queues or exchanges of the fleet in {broker.VirtualHost}: no worker ran there since they were made or deleted",
            _ when causes.OfType<SocketException>().FirstOrDefault() is { } socket => $"does not answer ({socket.SocketErrorCode})",
            _ => $"does not answer ({causes[^1].GetType().Name})",
        };
    }
}

/// <summary>A file with a user's name or a password can't be read just now: perhaps it is being replaced.</summary>
internal sealed class CredentialsFileException(string file, Exception inner) : IOException($"the file {file} can't be read ({inner.GetType().Name})", inner);

/// <summary>What <see cref="BrokerTrouble.Describe"/> said of another exception, which itself must go no further.</summary>
internal sealed class BrokerTroubleException(string message) : IOException(message);
