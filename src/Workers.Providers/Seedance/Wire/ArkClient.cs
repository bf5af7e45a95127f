using System.Net.Http.Headers;
using Microsoft.Extensions.Options;
using Workers.Providers.Accounts;
using Workers.Providers.Http;
using Workers.Providers.Seedance.Models;

namespace Workers.Providers.Seedance.Wire;

/// <summary>One call: with the account's key, to the account's address. Throws what the HTTP stack throws.</summary>
internal sealed class ArkClient(IHttpClientFactory clients, IOptions<AccountsOptions> accounts, ApiKeys keys, SeedanceNames names, TimeProvider time)
{
    private const string Tasks = "contents/generations/tasks";

    public SeedanceRegion RegionOf(string account) =>
        SeedanceRegions.Find(Options(account).Region) ?? throw new InvalidOperationException($"Account '{account}' has an unknown region.");

    /// <summary>What an account calls the model of this name.</summary>
    public string ModelAt(string account, string name) => names.At(Options(account), RegionOf(account), name);

    /// <exception cref="ApiKeyMissingException">The account has no key that could be sent; nothing was.</exception>
    public async Task<ArkAnswer> SendAsync(string client, HttpMethod method, string account, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        var key = keys.Find(account) ?? throw new ApiKeyMissingException();
        var address = Options(account).BaseAddress ?? RegionOf(account).BaseAddress;

        using var request = new HttpRequestMessage(method, $"{address.AbsoluteUri.TrimEnd('/')}/{Tasks}{path}") { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key.Reveal());
        request.Options.Set(HttpClients.Account, account);
        request.Options.Set(HttpClients.Operation, $"seedance {client["workers-".Length..]}");

        using var http = clients.CreateClient(client);
        var sent = time.GetUtcNow();
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return new(
            response.StatusCode,
            await response.Content.ReadAsByteArrayAsync(cancellationToken),
            response.Headers.Date ?? time.GetUtcNow(),
            RetryAfter.Of(response, time),
            CallStamp.Of(request))
        {
            Ahead = Ahead(response.Headers.Date, sent, time.GetUtcNow()),
        };
    }

    /// <summary>It was told between the two, in whole seconds.</summary>
    private static TimeSpan? Ahead(DateTimeOffset? told, DateTimeOffset sent, DateTimeOffset came) => told - sent - ((came - sent) / 2) + TimeSpan.FromSeconds(0.5);

    private AccountOptions Options(string account) =>
        accounts.Value.Named.GetValueOrDefault(account) ?? throw new InvalidOperationException($"There is no account '{account}'.");
}

/// <summary>An account has no key that could be sent.</summary>
internal sealed class ApiKeyMissingException() : Exception("The account has no key that could be sent.");
