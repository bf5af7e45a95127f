using MongoDB.Bson;
using MongoDB.Bson.IO;
using MongoDB.Bson.Serialization;
using MongoDB.Bson.Serialization.Serializers;

namespace Workers.MongoDb.Documents;

/// <summary>A document as it came from the store, byte by byte: read as often as asked, and kept where something in it may have to be carried over.</summary>
internal sealed class StoredDocument(byte[] bytes)
{
    static StoredDocument() => DocumentMap.EnsureRegistered();

    public ReadOnlyMemory<byte> Bytes => bytes;

    /// <summary>Its <c>_id</c>, where that is a UUID: the first element of each document.</summary>
    public Guid Id
    {
        get
        {
            using var document = new RawBsonDocument(bytes);
            return document["_id"].AsGuid;
        }
    }

    /// <summary>What the document says to this version of the fleet.</summary>
    /// <param name="collection">Where it is kept.</param>
    /// <exception cref="UnreadableDocumentException">It says something that this version does not know and may not pass over.</exception>
    public T Read<T>(string collection)
    {
        try
        {
            return BsonSerializer.Deserialize<T>(bytes);
        }
        catch (Exception fault) when (fault is FormatException or UnknownWordException)
        {
            throw new UnreadableDocumentException(collection, ReadAll()["_id"], fault);
        }
    }

    /// <summary>One element of the document, or null.</summary>
    public BsonValue? Find(string element)
    {
        using var document = new RawBsonDocument(bytes);
        return document.TryGetValue(element, out var value) ? value : null;
    }

    /// <summary>All of the document.</summary>
    public BsonDocument ReadAll() => BsonSerializer.Deserialize<BsonDocument>(bytes);
}

/// <summary>Copies the bytes.</summary>
internal sealed class StoredDocumentSerializer : SerializerBase<StoredDocument>
{
    public override StoredDocument Deserialize(BsonDeserializationContext context, BsonDeserializationArgs args)
    {
        using var slice = ((IBsonReader)context.Reader).ReadRawBsonDocument();
        var bytes = new byte[slice.Length];
        slice.GetBytes(0, bytes, 0, slice.Length);
        return new StoredDocument(bytes);
    }

    public override void Serialize(BsonSerializationContext context, BsonSerializationArgs args, StoredDocument value)
    {
        using var slice = new ByteArrayBuffer(value.Bytes.ToArray());
        context.Writer.WriteRawBsonDocument(slice);
    }
}
