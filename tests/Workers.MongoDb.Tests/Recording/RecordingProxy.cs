using System.Reflection;

namespace Workers.MongoDb.Tests.Recording;

/// <summary>An interface of the driver, answered by one function.</summary>
public class RecordingProxy : DispatchProxy
{
    private Func<MethodInfo, object?[], object?> _answer = null!;

    internal static T Create<T>(Func<MethodInfo, object?[], object?> answer)
        where T : class
    {
        var proxy = Create<T, RecordingProxy>();
        ((RecordingProxy)(object)proxy)._answer = answer;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer(targetMethod!, args ?? []);
}
