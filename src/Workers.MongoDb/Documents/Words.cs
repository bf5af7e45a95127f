using MongoDB.Bson.Serialization;
using MongoDB.Bson.Serialization.Serializers;
using Workers.Contracts;

namespace Workers.MongoDb.Documents;

/// <summary>
/// An enumeration as its words. A word that only a newer version knows: the cause of a failure is then <see cref="FailureBucket.Unknown"/>, which changes nothing that the fleet does; every
/// other word decides what is done next, so that this version must leave the document alone.
/// </summary>
/// <param name="element">Where it stands.</param>
internal sealed class Words<T>(string element) : StructSerializerBase<T>
    where T : struct, Enum
{
    public override T Deserialize(BsonDeserializationContext context, BsonDeserializationArgs args)
    {
        var word = context.Reader.ReadString();
        return Enum.TryParse<T>(word, out var known) && Enum.IsDefined(known) ? known
            : FailureBucket.Unknown is T unknown ? unknown
            : throw new UnknownWordException(element, word, Enum.GetNames<T>());
    }

    public override void Serialize(BsonSerializationContext context, BsonSerializationArgs args, T value) => context.Writer.WriteString(value.ToString());
}

/// <summary>An element holds a word that this version does not know.</summary>
internal sealed class UnknownWordException(string element, string word, IEnumerable<string> known)
    : Exception($"the element {element} holds a word of {word.Length} characters, and must be one of {string.Join(", ", known)}");
