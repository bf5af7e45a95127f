using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Workers.Compose.Tests.Support;

/// <summary>An upstream service that speaks to the broker through its management API: raw JSON to the intake, events on a queue of its own.</summary>
internal sealed class Upstream : IDisposable
{
    private const string Host = "%2F";

    private readonly HttpClient _http;

    public Upstream(Uri management, string user, string password)
    {
        _http = new HttpClient { BaseAddress = new Uri(management, "api/"), Timeout = TimeSpan.FromSeconds(10) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
    }

    /// <summary>Keeps a tenant's events until they are taken.</summary>
    public async Task SubscribeAsync(string tenant)
    {
        using var made = await _http.PutAsJsonAsync(Path($"queues/{Host}/{tenant}"), new { durable = true, arguments = new Dictionary<string, string> { ["x-queue-type"] = "quorum" } });
        made.EnsureSuccessStatusCode();
        using var bound = await _http.PostAsJsonAsync(Path($"bindings/{Host}/e/workers-events/q/{tenant}"), new { routing_key = $"{tenant}.*" });
        bound.EnsureSuccessStatusCode();
    }

    /// <summary>Submits a job, and again where the broker does not take it: the key makes it one job.</summary>
    public async Task SubmitAsync(string tenant, int number)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"job-{number}");
        var submission = JsonSerializer.Serialize(new
        {
            tenantId = tenant,
            idempotencyKey = key,
            provider = "seedance",
            input = new { model = "dreamina-seedance-2-0-260128", prompt = $"A kite of {tenant}, {key}.", parameters = new { resolution = "480p", ratio = "16:9", duration = 4 } },
        });
        var message = new { properties = new { delivery_mode = 2, message_id = $"{tenant}-{key}", content_type = "application/json" }, routing_key = "submit-job", payload = submission, payload_encoding = "string" };
        await Eventually.HoldsAsync(
            async () => await TryAsync(async () =>
            {
                using var taken = await _http.PostAsJsonAsync(Path($"exchanges/{Host}/workers-intake/publish"), message);
                return taken.IsSuccessStatusCode && (await taken.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("routed").GetBoolean();
            }),
            () => $"The broker does not take {key}.",
            TimeSpan.FromMinutes(3));
    }

    /// <summary>Takes the events that came since; none where the broker does not answer.</summary>
    public async Task<IReadOnlyList<Event>> TakeAsync(string tenant)
    {
        List<Event> events = [];
        await TryAsync(async () =>
        {
            using var taken = await _http.PostAsJsonAsync(Path($"queues/{Host}/{tenant}/get"), new { count = 5000, ackmode = "ack_requeue_false", encoding = "auto" });
            if (!taken.IsSuccessStatusCode)
            {
                return false;
            }

            foreach (var message in (await taken.Content.ReadFromJsonAsync<JsonElement>()).EnumerateArray())
            {
                using var envelope = JsonDocument.Parse(message.GetProperty("payload").GetString()!);
                var word = message.GetProperty("routing_key").GetString()!;
                var content = envelope.RootElement.GetProperty("message");
                events.Add(new Event(word[(word.IndexOf('.', StringComparison.Ordinal) + 1)..], content.TryGetProperty("jobId", out var job) ? job.GetString() : null, message.GetProperty("properties").GetProperty("message_id").GetString()!));
            }

            return true;
        });
        return events;
    }

    /// <summary>How often messages of all queues were delivered again since the broker started.</summary>
    public async Task<long> RedeliveriesAsync()
    {
        var queues = await _http.GetFromJsonAsync<JsonElement>(Path($"queues/{Host}"));
        return queues.EnumerateArray().Sum(queue => queue.TryGetProperty("message_stats", out var stats) && stats.TryGetProperty("redeliver", out var count) ? count.GetInt64() : 0);
    }

    public void Dispose() => _http.Dispose();

    private static async Task<bool> TryAsync(Func<Task<bool>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException)
        {
            return false; // the broker is away
        }
    }

    /// <summary>The virtual host is a slash, which must stay escaped.</summary>
    private static Uri Path(string path) => new(path, UriKind.Relative);
}

/// <summary>One event of the fleet.</summary>
/// <param name="Word">For example <c>job-succeeded</c>.</param>
/// <param name="JobId">The job, where it names one.</param>
/// <param name="MessageId">The same for a repeat.</param>
internal sealed record Event(string Word, string? JobId, string MessageId);
