using System.Reflection;

namespace Workers.Jobs.Tests.Retention;

/// <summary>A store of which one method fails the first time that it is called; all else goes through to the real one.</summary>
#pragma warning disable CA1852 // The proxy is derived from it when the test runs.
internal class FailingOnce<T> : DispatchProxy
    where T : class
#pragma warning restore CA1852
{
    private T _store = null!;
    private string _method = "";
    private int _failed;

    public static T Of(T store, string method)
    {
        Assert.That(typeof(T).GetMethod(method), Is.Not.Null, $"{typeof(T).Name} has no {method}.");
        var proxy = Create<T, FailingOnce<T>>();
        ((FailingOnce<T>)(object)proxy)._store = store;
        ((FailingOnce<T>)(object)proxy)._method = method;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name == _method && Interlocked.Exchange(ref _failed, 1) == 0 ? throw new TimeoutException("The store is away.") : targetMethod.Invoke(_store, args);
}
