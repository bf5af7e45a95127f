namespace Workers.Jobs;

/// <summary>Which probe a health check belongs to. MassTransit's own check has other tags: it repeats exceptions.</summary>
public static class HealthTags
{
    /// <summary>Whether the process can do its work now.</summary>
    public const string Ready = "workers-ready";

    /// <summary>Whether it ever could: from then on these checks stay healthy.</summary>
    public const string Startup = "workers-startup";
}
