using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Microsoft.Extensions.Options;
using Workers.RabbitMq.Connections;

namespace Workers.RabbitMq.Topology;

/// <summary>Reads lists of one virtual host from the management API, as the broker's own user.</summary>
public sealed class ManagementApi(BrokerAddress broker, IOptions<RabbitMqOptions> options)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Whether there is one to be asked.</summary>
    public bool IsConfigured => options.Value.ManagementUrl is not null;

    /// <summary>Reads a list.</summary>
    /// <param name="kind">What of: <c>queues</c>, for example.</param>
    /// <param name="query">What else the address says.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HttpRequestException">The API does not answer, or refuses the user.</exception>
    internal async Task<IReadOnlyList<T>> ReadAsync<T>(string kind, string query, CancellationToken cancellationToken)
    {
        using var handler = new HttpClientHandler { AllowAutoRedirect = false, ServerCertificateCustomValidationCallback = broker.Trusts };
        using var api = new HttpClient(handler) { BaseAddress = new Uri(options.Value.ManagementUrl!.TrimEnd('/') + "/"), Timeout = Patience };
        var (user, password) = broker.ReadCredentials();
        api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        return await api.GetFromJsonAsync<T[]>(new Uri($"api/{kind}/{Uri.EscapeDataString(broker.VirtualHost)}{query}", UriKind.Relative), cancellationToken) ?? [];
    }

    /// <summary>The same, or null where the user may not read it.</summary>
    internal async Task<IReadOnlyList<T>?> ReadIfAllowedAsync<T>(string kind, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync<T>(kind, "", cancellationToken);
        }
        catch (HttpRequestException refusal) when (refusal.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            return null;
        }
    }
}
