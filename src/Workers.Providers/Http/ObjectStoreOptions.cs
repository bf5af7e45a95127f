namespace Workers.Providers.Http;

/// <summary>Where references that are given by key lie. Section <c>ObjectStore</c>.</summary>
public sealed class ObjectStoreOptions
{
    public const string Section = "ObjectStore";

    /// <summary>
    /// The address that keys are joined to, for example <c>https://media.example.org/jobs/</c>. Default: none, and keys are refused. Providers must be able to read
    /// from it; a private host, or http, must be listed in <see cref="OutboundOptions.AllowedHosts"/> too.
    /// </summary>
    public Uri? BaseAddress { get; set; }
}
