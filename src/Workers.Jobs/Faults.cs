namespace Workers.Jobs;

/// <summary>Looks into what went wrong.</summary>
internal static class Faults
{
    /// <summary>A fault and all that led to it, from the outside in.</summary>
    public static IEnumerable<Exception> Causes(this Exception fault) =>
        new[] { fault }.Concat((fault is AggregateException several ? several.InnerExceptions : fault.InnerException is { } inner ? [inner] : []).SelectMany(Causes));
}
