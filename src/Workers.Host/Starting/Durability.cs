using Workers.Jobs;
using Workers.Providers.Accounts;

namespace Workers.Host.Starting;

/// <summary>Refuses what would lose jobs or money while records are kept in this process's memory only.</summary>
internal static class Durability
{
    /// <exception cref="CannotStartException">Somebody would have to accept the risk first.</exception>
    public static void Guard(HostSettings settings, bool isDurable, AccountsOptions accounts)
    {
        if (isDurable || settings.Ephemeral)
        {
            return;
        }

        if (settings.Roles != Roles.All)
        {
            throw new CannotStartException(
                $"""
                This process would have the roles {settings.Roles.ToString().ToLowerInvariant()} only, and keeps its records in its own memory: MongoDb:Url names no store.
                Processes with the other roles would know nothing of its jobs, and each would wait for what only another one has on record.
                Name a store in MongoDb:Url, give all roles (leave --roles and WORKERS_ROLES away), or --ephemeral to accept that jobs get stuck.
                """);
        }

        if (RealHosts(accounts) is { Length: > 0 } hosts)
        {
            throw new CannotStartException(
                $"""
                {string.Join(", ", hosts)} is a real provider, and this process keeps its records in memory only: MongoDb:Url names no store.
                If the process dies, nothing of it remembers which tasks were asked for. They run on and are billed; their results are fetched by nobody and are deleted
                by the provider after a while; and the messages that the broker delivers again ask, and pay, for their jobs again.
                Name a store in MongoDb:Url, give --ephemeral to accept that, or point the accounts' BaseAddress to a simulator on this machine.
                """);
        }
    }

    private static string[] RealHosts(AccountsOptions accounts) =>
        [.. accounts.Named.Where(account => account.Value.BaseAddress is not { IsLoopback: true }).Select(account => account.Value.BaseAddress?.Host ?? $"the provider of account {account.Key}").Distinct()];
}
