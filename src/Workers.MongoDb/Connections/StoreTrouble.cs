using System.Net.Sockets;
using System.Security.Authentication;
using MongoDB.Driver;
using Polly.Timeout;
using Workers.Jobs;

namespace Workers.MongoDb.Connections;

/// <summary>Why the store can't be used just now, in words that repeat neither user, password nor what the store said.</summary>
public static class StoreTrouble
{
    /// <summary>
    /// Codes with which a node says that it is ending, starting, or no longer the one to ask
    /// (https://github.com/mongodb/specifications/blob/master/source/retryable-writes/retryable-writes.md).
    /// </summary>
    private static readonly int[] Elsewhere = [6, 7, 64, 89, 91, 133, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436, 16500, 57014, 57];

    /// <summary>Whether the store or the way to it is to blame, so that it is worth waiting. What was asked may have been done or not.</summary>
    public static bool IsAway(Exception fault) => fault switch
    {
        MongoAuthenticationException => true, // a password may be rotated
        MongoConnectionException or MongoConnectionPoolPausedException or MongoWaitQueueFullException => true,
        MongoNotPrimaryException or MongoNodeIsRecoveringException or MongoExecutionTimeoutException or MongoWriteConcernException => true,
        TimeoutRejectedException or TimeoutException or IOException => true,
        MongoCommandException command => Elsewhere.Contains(command.Code) || command.HasErrorLabel("RetryableWriteError"),
        MongoWriteException { WriteError: null } => true, // only the confirmation by the others is missing
        MongoWriteException { WriteError.Category: ServerErrorCategory.ExecutionTimeout } => true,
        MongoBulkWriteException { WriteErrors.Count: 0 } => true,
        _ => false,
    };

    /// <summary>One sentence.</summary>
    /// <param name="fault">What an operation met.</param>
    /// <param name="store">Where.</param>
    /// <param name="client">Whoever met it: what its looks at the servers met says more than that none was found in time.</param>
    public static string Describe(Exception fault, StoreAddress store, IMongoClient? client = null)
    {
        var looks = fault is TimeoutException ? client?.Cluster?.Description?.Servers.Select(server => server.HeartbeatException).OfType<Exception>() : null;
        return $"The store at {store} {Say([.. (looks ?? []).Append(fault).SelectMany(one => one.Causes())])}.";
    }

    private static string Say(IReadOnlyList<Exception> causes) => causes switch
    {
        _ when causes.OfType<MongoAuthenticationException>().Any() => "refuses the user or the password",
        _ when causes.OfType<AuthenticationException>().Any() => "shows no certificate that is trusted and has its name",
        _ when causes.OfType<MongoCommandException>().FirstOrDefault() is { Code: 13 } => "does not let the user do this",
        _ when causes.OfType<SocketException>().FirstOrDefault() is { } socket => $"does not answer ({socket.SocketErrorCode})",
        _ when causes.OfType<MongoCommandException>().FirstOrDefault() is { } command => $"refuses ({command.CodeName})",
        _ => $"does not answer ({causes[^1].GetType().Name})",
    };
}
