using System.Collections;
using System.Reflection;
using Workers.Host.Starting;
using Workers.Jobs;
using Workers.MongoDb;
using Workers.Providers.Accounts;
using Workers.RabbitMq;

namespace Workers.Host.Tests.Kubernetes;

/// <summary>Whether the code reads a setting: one that is misspelled is passed over without a word.</summary>
internal static class KnownSettings
{
    private static readonly Dictionary<string, Type> Sections =
        new[] { typeof(FleetHost), typeof(JobsRegistration), typeof(MongoDbRegistration), typeof(AccountsOptions), typeof(RabbitMqRegistration) }
            .SelectMany(type => type.Assembly.GetTypes())
            .Where(type => type.GetField("Section", BindingFlags.Public | BindingFlags.Static) is { IsLiteral: true })
            .ToDictionary(type => (string)type.GetField("Section")!.GetRawConstantValue()!, StringComparer.OrdinalIgnoreCase);

    /// <param name="key">As a file of it is named: <c>RabbitMq__Url</c>.</param>
    public static bool Has(string key)
    {
        var path = key.Split("__");
        return Sections.TryGetValue(path[0], out var options) && (options == typeof(AccountsOptions) ? Has(typeof(AccountOptions), path.AsSpan(2)) : Has(options, path.AsSpan(1)));
    }

    private static bool Has(Type type, ReadOnlySpan<string> path)
    {
        if (path.IsEmpty)
        {
            return true;
        }

        if (type != typeof(string) && type.IsAssignableTo(typeof(IEnumerable)))
        {
            var kinds = type.GetInterfaces().Append(type).Where(one => one.IsGenericType).First(one => one.GetGenericTypeDefinition() is var open && (open == typeof(IDictionary<,>) || open == typeof(IList<>)));
            return Has(kinds.GetGenericArguments()[^1], path[1..]);
        }

        return type.GetProperty(path[0], BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase) is { } property && Has(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, path[1..]);
    }
}
