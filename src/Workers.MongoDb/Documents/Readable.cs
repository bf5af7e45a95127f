using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Workers.MongoDb.Connections;

namespace Workers.MongoDb.Documents;

/// <summary>Reads what is due, all that can be read of it: one document of a newer version must not keep a sweep or a round from all others.</summary>
internal static partial class Readable
{
    /// <summary>Those that were told of: what stays due is met again each second.</summary>
    private static readonly ConcurrentDictionary<string, byte> Told = new(StringComparer.Ordinal);

    public static IReadOnlyList<T> Of<T>(Store store, IEnumerable<StoredDocument> stored, Func<StoredDocument, T> read)
        where T : class =>
        [.. stored.Select(document => TryRead(store, document, read)).OfType<T>()];

    private static T? TryRead<T>(Store store, StoredDocument document, Func<StoredDocument, T> read)
        where T : class
    {
        try
        {
            return read(document);
        }
        catch (UnreadableDocumentException fault)
        {
            if (Told.Count < 10_000 && Told.TryAdd(fault.Message, 0))
            {
                LogSkipped(store.Logger, fault.Message);
            }

            return null;
        }
    }

    [LoggerMessage(EventId = 8011, Level = LogLevel.Error, Message = "Left alone by this process: {Trouble}")]
    private static partial void LogSkipped(ILogger logger, string trouble);
}
