using System.Net;
using System.Net.Http.Headers;

namespace Workers.Providers.Http;

/// <summary>
/// A request's body that asks for leave when its first byte is about to be written, which is after the connection is up, and the latest moment there is. It
/// remembers whether it left: a POST whose body never left has made nothing. It leaves once: whatever asks for it again, gets nothing.
/// </summary>
internal sealed class FencedContent : HttpContent
{
    private readonly ReadOnlyMemory<byte> _body;
    private readonly Func<bool> _mayLeave;

    public FencedContent(ReadOnlyMemory<byte> body, string mediaType, Func<bool> mayLeave)
    {
        (_body, _mayLeave) = (body, mayLeave);
        Headers.ContentType = new MediaTypeHeaderValue(mediaType);
    }

    /// <summary>At least one byte may have left this process.</summary>
    public bool HasLeft { get; private set; }

    /// <exception cref="FenceClosedException">The leave was not given, or the body has left before; no byte of it was written.</exception>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (HasLeft || !_mayLeave())
        {
            throw new FenceClosedException();
        }

        HasLeft = true;
        return stream.WriteAsync(_body, cancellationToken).AsTask();
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override bool TryComputeLength(out long length)
    {
        length = _body.Length;
        return true;
    }
}

/// <summary>The right to make a call was lost before it left.</summary>
internal sealed class FenceClosedException() : Exception("The right to call was lost before the call left.");
