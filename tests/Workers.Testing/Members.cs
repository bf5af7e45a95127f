using System.Collections;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Workers.Testing;

/// <summary>What an object holds, member by member, so that whole documents can be compared, whatever kinds of lists they hold.</summary>
internal static class Members
{
    /// <summary>Each member's value as JSON.</summary>
    public static IReadOnlyDictionary<string, string> Of(object whole) =>
        whole.GetType().GetProperties().ToDictionary(member => member.Name, member => JsonSerializer.Serialize(member.GetValue(whole)));

    /// <summary>Paths of the members, at any depth, that hold nothing but what a new object holds: a test of round trips would not see them get lost.</summary>
    public static IReadOnlyList<string> Unset(object whole) => [.. Search(whole, whole.GetType().Name)];

    private static IEnumerable<string> Search(object whole, string path)
    {
        var untouched = Of(Untouched(whole.GetType()));
        foreach (var member in whole.GetType().GetProperties().Where(member => member.CanWrite))
        {
            var value = member.GetValue(whole);
            var here = $"{path}.{member.Name}";
            if (value is null or ICollection { Count: 0 } || JsonSerializer.Serialize(value) == untouched[member.Name])
            {
                yield return here;
                continue;
            }

            foreach (var unset in OurOwn(value).SelectMany(part => Search(part, here)))
            {
                yield return unset;
            }
        }
    }

    private static IEnumerable<object> OurOwn(object value) =>
        (value is IDictionary dictionary ? dictionary.Values : value is IEnumerable and not string ? (IEnumerable)value : new[] { value })
        .Cast<object>().Where(part => part.GetType().FullName!.StartsWith("Workers.", StringComparison.Ordinal));

    private static object Untouched(Type type) =>
        type.GetConstructor([]) is null ? RuntimeHelpers.GetUninitializedObject(type) : Activator.CreateInstance(type)!;
}
