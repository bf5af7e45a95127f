using MongoDB.Bson;

namespace Workers.MongoDb.Documents;

/// <summary>A document that this version must not act upon. Nothing was changed; the message in hand takes the way of any other that can't be handled, and can be sent again from its error queue.</summary>
internal sealed class UnreadableDocumentException(string collection, BsonValue id, Exception fault) : Exception(
    $"{collection}, _id {Text(id)}: {Cause(fault)}. A newer version of the fleet may have written it: update this process, then send the message again.", fault)
{
    private static string Text(BsonValue id) => id switch
    {
        BsonBinaryData uuid => uuid.AsGuid.ToString(),
        BsonDocument parts => string.Join("/", parts.Values.Select(Text)),
        _ => id.ToString()!,
    };

    /// <summary>Names the element and the rule, never what is stored there.</summary>
    private static string Cause(Exception fault) => fault switch
    {
        UnknownWordException word => word.Message,
        { InnerException: { } inner } => Cause(inner),
        _ => $"the document can't be read ({fault.GetType().Name})",
    };
}
