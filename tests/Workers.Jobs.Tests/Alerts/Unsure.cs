using System.Reflection;

namespace Workers.Jobs.Tests.Alerts;

/// <summary>Stores that can't be read at times.</summary>
internal static class Unsure
{
    public static T Of<T>(T store, Func<bool> isAway)
        where T : class
    {
        var proxy = DispatchProxy.Create<T, UnsureStore>();
        var unsure = (UnsureStore)(object)proxy;
        (unsure.Store, unsure.IsAway) = (store, isAway);
        return proxy;
    }
}

#pragma warning disable CA1852 // The proxy is derived from it when the test runs.
internal class UnsureStore : DispatchProxy
#pragma warning restore CA1852
{
    public object Store { get; set; } = null!;

    public Func<bool> IsAway { get; set; } = null!;

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => IsAway() ? throw new TimeoutException("The store is away.") : targetMethod!.Invoke(Store, args);
}
