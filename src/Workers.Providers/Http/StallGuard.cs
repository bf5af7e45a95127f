using System.Globalization;

namespace Workers.Providers.Http;

/// <summary>
/// Reads a response, and gives up when nothing comes for a while, too little in as long, or not all in time: no time-out of the HTTP stack watches a body that is streamed, and whoever
/// sends a byte a second would be watched for ever.
/// </summary>
internal sealed class StallGuard(Stream content, HttpOptions limits, TimeProvider time) : ReadOnlyStream(content)
{
    private readonly long _began = time.GetTimestamp();

    // Of the present stretch: how long it was waited for bytes, and how many came. What the reader does meanwhile is not the sender's fault.
    private TimeSpan _waited;
    private long _came;

    /// <exception cref="IOException">The connection died.</exception>
    /// <exception cref="OutputTooSlowException">It stalled, or is too slow.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var left = limits.DownloadTimeout - time.GetElapsedTime(_began);
        if (left <= TimeSpan.Zero)
        {
            throw TooLong();
        }

        var asked = time.GetTimestamp();
        using var stalled = new CancellationTokenSource(left < limits.DownloadIdleTimeout ? left : limits.DownloadIdleTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stalled.Token, cancellationToken);
        try
        {
            var read = await Content.ReadAsync(buffer, either.Token);
            Judge(read, time.GetElapsedTime(asked));
            return read;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw left < limits.DownloadIdleTimeout ? TooLong() : new OutputTooSlowException($"Nothing was read for {limits.DownloadIdleTimeout}.");
        }
        catch (HttpRequestException fault)
        {
            throw new IOException("The connection was lost.", fault);
        }
    }

    private void Judge(int read, TimeSpan waited)
    {
        _came += read;
        _waited += waited;
        if (read == 0 || _waited < limits.DownloadIdleTimeout)
        {
            return;
        }

        if (_came < limits.DownloadLeastRate * _waited.TotalSeconds)
        {
            throw new OutputTooSlowException(string.Create(
                CultureInfo.InvariantCulture, $"Within {_waited} came {_came} bytes, fewer than {limits.DownloadLeastRate} a second (Http:DownloadLeastRate)."));
        }

        (_waited, _came) = (TimeSpan.Zero, 0);
    }

    private OutputTooSlowException TooLong() => new($"The output took longer than {limits.DownloadTimeout} (Http:DownloadTimeout).");
}

/// <summary>An output comes too slowly to be waited for.</summary>
public sealed class OutputTooSlowException(string message) : IOException(message);
