using System.Linq.Expressions;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;
using MongoDB.Bson.Serialization.Serializers;

namespace Workers.MongoDb.Documents;

/// <summary>
/// How what is kept is written: each element by a name that is said here and not derived from the code, so that renaming a member never loses what was stored. Dates, decimals and ids are
/// BSON's own, words are words, what is null is left out, and what is unknown is skipped.
/// </summary>
internal static class DocumentMap
{
    private static readonly Lazy<bool> Registered = new(Register);

    /// <summary>Makes the driver know all documents; once in a process.</summary>
    public static void EnsureRegistered() => _ = Registered.Value;

    /// <summary>Says the elements of one type. An element named <c>_id</c> is the document's id.</summary>
    public static void Of<T>(params (string Element, Expression<Func<T, object?>> Member)[] elements) =>
        BsonClassMap.RegisterClassMap<T>(map =>
        {
            map.SetIgnoreExtraElements(true);
            foreach (var (element, member) in elements)
            {
                var mapped = map.MapMember(((member.Body as UnaryExpression)?.Operand as MemberExpression ?? (MemberExpression)member.Body).Member);
                mapped.SetElementName(element).SetIgnoreIfNull(true);
                if (mapped.MemberType.IsEnum)
                {
                    mapped.SetSerializer((IBsonSerializer)Activator.CreateInstance(typeof(Words<>).MakeGenericType(mapped.MemberType), element)!);
                }

                if (element == "_id")
                {
                    map.SetIdMember(mapped);
                }
            }
        });

    private static bool Register()
    {
        BsonSerializer.RegisterSerializer(new GuidSerializer(GuidRepresentation.Standard));
        BsonSerializer.RegisterSerializer(new DecimalSerializer(BsonType.Decimal128));
        BsonSerializer.RegisterSerializer(new DateTimeOffsetSerializer(BsonType.DateTime));
        StoredShapes.Register();
        return true;
    }
}
