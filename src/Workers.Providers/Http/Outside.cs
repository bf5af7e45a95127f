namespace Workers.Providers.Http;

/// <summary>Asks what lies behind a reference, without fetching it. Connects only to public addresses and to allow-listed hosts.</summary>
public interface IReferenceProbe
{
    /// <summary>HEAD, or a GET of one byte where HEAD is refused. Never throws for what the other side does.</summary>
    Task<ReferenceFacts> ProbeAsync(Uri uri, CancellationToken cancellationToken);
}

/// <summary>Opens a task's output for reading. Connects only to public addresses and to allow-listed hosts.</summary>
public interface IOutputSource
{
    /// <summary>Starts to read an output; dispose of the answer. Never throws for what the other side does before the first byte.</summary>
    /// <param name="account">Whose task made it. Its key is sent to the hosts of <see cref="Accounts.AccountOptions.OutputKeyHosts"/>, and to nobody else.</param>
    /// <param name="uri">Where it lies.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<OutputAnswer> OpenAsync(string account, Uri uri, CancellationToken cancellationToken);
}

/// <summary>What a server said when it was asked for an output.</summary>
public abstract record OutputAnswer
{
    /// <summary>The output can be read. The stream throws <see cref="IOException"/> when the connection dies, stalls or is too slow.</summary>
    /// <param name="Content">The content, unbuffered.</param>
    /// <param name="MediaType">Without parameters, in lower case, or null.</param>
    /// <param name="Length">In bytes, or null.</param>
    /// <param name="Response">What must be disposed of with it.</param>
    public sealed record Opened(Stream Content, string? MediaType, long? Length, IDisposable Response) : OutputAnswer, IAsyncDisposable
    {
        /// <summary>Tells the size that was promised; the response would tell its address.</summary>
        public override string ToString() => FormattableString.Invariant($"Opened {{ {MediaType}, {Length} bytes }}");

        public async ValueTask DisposeAsync()
        {
            await Content.DisposeAsync();
            Response.Dispose();
        }
    }

    /// <summary>The address is dead, or not alive yet (400, 403, 404, 410): the provider must be asked for a fresh one.</summary>
    public sealed record Gone(int Status) : OutputAnswer
    {
        /// <summary>When, by the server's clock as far as it tells.</summary>
        public DateTimeOffset At { get; init; }
    }

    /// <summary>The address wants a key (401), or another one.</summary>
    public sealed record KeyWanted(ProviderFailure Failure) : OutputAnswer;

    /// <summary>It could not be had now.</summary>
    public sealed record Unavailable(ProviderFailure Failure) : OutputAnswer;
}
