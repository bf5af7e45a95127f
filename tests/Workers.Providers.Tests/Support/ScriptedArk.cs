using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace Workers.Providers.Tests.Support;

/// <summary>A server that says what it was told to, in order, and its last word again; and remembers what it was asked.</summary>
internal sealed class ScriptedArk(TimeProvider? time = null) : HttpMessageHandler
{
    private readonly Queue<Func<Task<HttpResponseMessage>>> _script = new();
    private readonly ConcurrentQueue<Call> _calls = new();
    private Func<Task<HttpResponseMessage>>? _last;

    public IReadOnlyList<Call> Calls => [.. _calls];

    public ScriptedArk Answers(HttpStatusCode status, string body, params (string Name, string Value)[] headers) =>
        Does(() =>
        {
            var response = new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            foreach (var (name, value) in headers)
            {
                response.Headers.Add(name, value);
            }

            return Task.FromResult(response);
        });

    public ScriptedArk Answers(string body) => Answers(HttpStatusCode.OK, body);

    public ScriptedArk Refuses(int status, string code, string message = "", string param = "") =>
        Answers((HttpStatusCode)status, $$$"""{"error":{"code":"{{{code}}}","message":"{{{message}}}","param":"{{{param}}}","type":"BadRequest"}}""");

    public ScriptedArk Throws(Exception fault) => Does(() => Task.FromException<HttpResponseMessage>(fault));

    public ScriptedArk Does(Func<Task<HttpResponseMessage>> what)
    {
        _script.Enqueue(what);
        return this;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        _calls.Enqueue(new(
            request.Method.Method,
            request.RequestUri!,
            request.Headers.Authorization?.ToString() ?? "",
            request.Headers.TryGetValues("X-Client-Request-Id", out var ids) ? ids.Single() : "",
            body,
            (time ?? TimeProvider.System).GetUtcNow()));
        if (_script.TryDequeue(out var next))
        {
            _last = next;
        }

        return await (_last ?? throw new InvalidOperationException("The script is empty."))().WaitAsync(cancellationToken);
    }

    internal sealed record Call(string Method, Uri Uri, string Authorization, string RequestId, string Body, DateTimeOffset At);
}
