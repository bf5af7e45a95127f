using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;

namespace Workers.Simulator.Callbacks;

/// <summary>
/// Sends callbacks as ModelArk does: unsigned, one POST per state, acknowledged by any 2xx within 5 seconds, and three more sendings where nobody
/// acknowledges the end of a task. The time between sendings is not documented: 10 seconds here.
/// </summary>
internal sealed class CallbackSender(Ledger ledger, TimeProvider time) : IAsyncDisposable
{
    private const int Resendings = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stopping = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Sends after what was sent before; never runs on the caller's thread.</summary>
    /// <returns>Ends when it was acknowledged or given up.</returns>
    public Task SendAfter(Task previous, Callback callback) => Task.Run(async () =>
    {
        await previous;
        for (var time = 0; time < callback.Times; time++)
        {
            await SendUntilAcknowledgedAsync(callback);
        }
    });

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _http.Dispose();
        _stopping.Dispose();
    }

    private async Task SendUntilAcknowledgedAsync(Callback callback)
    {
        for (var sending = 1; !_stopping.IsCancellationRequested; sending++)
        {
            var answer = await SendAsync(callback);
            ledger.Add(new SentCallback(callback.TaskId, callback.Status, sending, answer, time.GetUtcNow()));
            if (answer is >= 200 and < 300 || !callback.Resent || sending > Resendings)
            {
                return;
            }

            await Task.Delay(Pause, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The request owns the content, and is disposed of.")]
    private async Task<int?> SendAsync(Callback callback)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stopping.Token);
        using var request = new HttpRequestMessage(HttpMethod.Post, callback.To) { Content = new ByteArrayContent(callback.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop.Token);
            return (int)response.StatusCode;
        }
        catch (Exception fault) when (fault is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }
}
