using MongoDB.Bson;
using MongoDB.Bson.IO;
using MongoDB.Bson.Serialization;
using MongoDB.Bson.Serialization.Serializers;
using Workers.Contracts;

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

    /// <summary>Whether another document names all that this one does, at each depth: who puts it in this one's place then loses nothing unknown. Values may differ, but for words that were not understood.</summary>
    public bool IsCoveredBy(BsonDocument other)
    {
        using var reader = new BsonBinaryReader(new MemoryStream(bytes, writable: false));
        return IsDocumentCovered(reader, other);
    }

    /// <summary>All of the document.</summary>
    public BsonDocument ReadAll() => BsonSerializer.Deserialize<BsonDocument>(bytes);

    private static bool IsDocumentCovered(BsonBinaryReader reader, BsonValue other)
    {
        var document = other as BsonDocument;
        reader.ReadStartDocument();
        while (reader.ReadBsonType() is not BsonType.EndOfDocument and var type)
        {
            if (document?.TryGetValue(reader.ReadName(), out var value) != true || !IsValueCovered(reader, type, value))
            {
                return false;
            }
        }

        reader.ReadEndDocument();
        return document is not null;
    }

    private static bool IsArrayCovered(BsonBinaryReader reader, BsonValue other)
    {
        var array = other as BsonArray;
        reader.ReadStartArray();
        for (var index = 0; reader.ReadBsonType() is not BsonType.EndOfDocument and var type; index++)
        {
            if (array is null || index >= array.Count || !IsValueCovered(reader, type, array[index]))
            {
                return false;
            }
        }

        reader.ReadEndArray();
        return array is not null;
    }

    private static bool IsValueCovered(BsonBinaryReader reader, BsonType type, BsonValue other)
    {
        switch (type)
        {
            case BsonType.Document:
                return IsDocumentCovered(reader, other);
            case BsonType.Array:
                return IsArrayCovered(reader, other);
            case BsonType.String:
                return reader.ReadString() == other || other != nameof(FailureBucket.Unknown); // a cause that only a newer version knows
            default:
                reader.SkipValue();
                return true;
        }
    }
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
