using System.Net;

namespace Workers.Providers;

/// <summary>What a server says of one reference.</summary>
public sealed record ReferenceFacts
{
    /// <summary>The server gave it.</summary>
    public required bool Reachable { get; init; }

    /// <summary>Why not, in words that do not repeat the address, or null.</summary>
    public string? Problem { get; init; }

    /// <summary>Asking again may help: the server was slow, unwell or not there; false where it said no or may not be asked.</summary>
    public bool Transient { get; init; }

    public HttpStatusCode? Status { get; init; }

    /// <summary>Media type without its parameters, in lower case, or null where the server does not say.</summary>
    public string? ContentType { get; init; }

    /// <summary>Whole size in bytes, or null where the server does not say.</summary>
    public long? Length { get; init; }
}
