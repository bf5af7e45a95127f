using System.Collections;
using System.Globalization;
using System.Reflection;
using Serilog.Core;
using Serilog.Events;
using Workers.Contracts;

namespace Workers.Host.Telemetry;

/// <summary>
/// What a template asks to take apart (<c>{@X}</c>) is told by its type and its outline alone: members are named one by one by who knows what they hold. Lists are gone through, since their
/// items come here in turn; tables are not, since their keys may be content too.
/// </summary>
internal sealed class NothingTakenApart : IDestructuringPolicy
{
    private static readonly Assembly[] Ours = [typeof(Outline).Assembly, typeof(Providers.ProviderTask).Assembly, typeof(Jobs.Roles).Assembly, typeof(MongoDb.Connections.Store).Assembly, typeof(NothingTakenApart).Assembly];

    public bool TryDestructure(object value, ILogEventPropertyValueFactory propertyValueFactory, out LogEventPropertyValue result)
    {
        var isList = value is IEnumerable and not (IDictionary or string) && !IsTable(value);
        result = isList ? new ScalarValue(null) : new ScalarValue(Tell(value));
        return !isList;
    }

    private static string Tell(object value)
    {
        var type = value.GetType();

        // The words of a type of ours are made to be told; those of any other may be all that it holds.
        return Ours.Contains(type.Assembly) && !IsPlain(type)
            ? Invariant($"{type.Name}: {value}")
            : Invariant($"{type.Name} {{ {Outline.Of(Convert.ToString(value, CultureInfo.InvariantCulture))} }}");
    }

    /// <summary>A record of ours that nobody has given words of its own prints all of its members.</summary>
    private static bool IsPlain(Type type) =>
        type.GetMethod(nameof(ToString), BindingFlags.Instance | BindingFlags.Public, []) is not { } words
        || words.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute));

    private static bool IsTable(object value) => Array.Exists(
        value.GetType().GetInterfaces(),
        one => one.IsGenericType && (one.GetGenericTypeDefinition() == typeof(IDictionary<,>) || one.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)));

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
