using MongoDB.Bson.Serialization;
using MongoDB.Bson.Serialization.Serializers;

namespace Workers.MongoDb.Documents;

/// <summary>Writes a value as another one, for what BSON has no form of its own for.</summary>
/// <param name="write">The value as it is stored.</param>
/// <param name="read">Back.</param>
internal sealed class Converted<T, TStored>(Func<T, TStored> write, Func<TStored, T> read) : SerializerBase<T>
{
    private readonly Lazy<IBsonSerializer<TStored>> _stored = new(BsonSerializer.LookupSerializer<TStored>);

    public override T Deserialize(BsonDeserializationContext context, BsonDeserializationArgs args) => read(_stored.Value.Deserialize(context));

    public override void Serialize(BsonSerializationContext context, BsonSerializationArgs args, T value) => _stored.Value.Serialize(context, write(value));
}
