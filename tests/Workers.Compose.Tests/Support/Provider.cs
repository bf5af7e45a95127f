using System.Net.Http.Json;
using System.Text.Json;

namespace Workers.Compose.Tests.Support;

/// <summary>What the simulator counted, from outside the fleet.</summary>
internal sealed class Provider(Uri address) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = address };

    public async Task<Counts> CountAsync()
    {
        var ledger = await _http.GetFromJsonAsync<JsonElement>(new Uri("simulator/ledger", UriKind.Relative));
        return new Counts(
            ledger.GetProperty("tasks").EnumerateObject().Sum(state => state.Value.GetInt64()),
            ledger.GetProperty("tasks").TryGetProperty("succeeded", out var succeeded) ? succeeded.GetInt64() : 0,
            ledger.GetProperty("jobs_with_more_than_one_live_or_billed_task").GetInt64());
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>Tasks that were made, those that succeeded and are billed, and jobs that ever had two of them at once.</summary>
internal sealed record Counts(long Tasks, long Succeeded, long JobsPaidTwice);
