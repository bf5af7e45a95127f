namespace Workers.Providers.Http;

/// <summary>The named HTTP clients: one for each way of failing. See <see cref="Resilience"/>.</summary>
internal static class HttpClients
{
    /// <summary>Asks for a task. Once, over a connection of its own.</summary>
    public const string Create = "workers-create";

    /// <summary>Drops a task. Once, over a connection of its own: what a second call does depends on what the first one did.</summary>
    public const string Cancel = "workers-cancel";

    /// <summary>Reads one task.</summary>
    public const string Read = "workers-read";

    /// <summary>Reads many tasks, never faster than once a second.</summary>
    public const string List = "workers-list";

    /// <summary>Asks what lies behind a reference.</summary>
    public const string Probe = "workers-probe";

    /// <summary>Starts to read an output.</summary>
    public const string Download = "workers-download";

    /// <summary>Which account a call is made for.</summary>
    public static readonly HttpRequestOptionsKey<string> Account = new("workers.account");

    /// <summary>What a call is for, for the log.</summary>
    public static readonly HttpRequestOptionsKey<string> Operation = new("workers.operation");
}
