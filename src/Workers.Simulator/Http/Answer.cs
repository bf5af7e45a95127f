using System.Globalization;
using System.Text;
using Workers.Simulator.Requests;

namespace Workers.Simulator.Http;

/// <summary>What a call is answered with.</summary>
internal sealed record Answer(int Status, byte[] Body, string MediaType = "application/json")
{
    public string? Code { get; init; }
    public string? TaskId { get; init; }
    public int? RetryAfterSeconds { get; init; }

    /// <summary>Where it redirects to, unread.</summary>
    public string? Location { get; init; }

    public static Answer WrongShape { get; } = new(200, Encoding.UTF8.GetBytes("""{"data":{"message":"ok"}}"""));

    public static Answer WebPage { get; } = new(200, Encoding.UTF8.GetBytes("<html><body>Please sign in.</body></html>"), "text/html");

    /// <summary>A status and nothing else, as what stands before a provider says it.</summary>
    public static Answer Nothing(int status) => new(status, []);

    public static Answer Firewall { get; } = new(403, Encoding.UTF8.GetBytes("<html><body>Request blocked.</body></html>"), "text/html");

    /// <summary>An error as ModelArk words it, with the time in its request id.</summary>
    public static Answer Of(ArkError error, DateTimeOffset now)
    {
        var requestId = string.Create(CultureInfo.InvariantCulture, $"02{now.ToUnixTimeMilliseconds():D13}{Guid.NewGuid():N}");
        var body = JsonBytes.Of(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("error");
            writer.WriteString("code", error.Code);
            writer.WriteString("message", $"{error.Message} Request id: {requestId}");
            writer.WriteString("param", error.Param);
            writer.WriteString("type", error.Type);
            writer.WriteEndObject();
            writer.WriteEndObject();
        });
        return new Answer(error.Status, body) { Code = error.Code };
    }

    public async Task WriteAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        response.StatusCode = Status;
        response.ContentType = MediaType;
        response.ContentLength = Body.Length;
        if (RetryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (Location is not null)
        {
            response.Headers.Location = Location;
        }

        await response.Body.WriteAsync(Body, cancellationToken);
    }
}
