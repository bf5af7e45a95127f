using System.Globalization;
using Workers.Jobs.Lifecycle;
using Workers.MongoDb.Accounts;
using Workers.MongoDb.Connections;
using Workers.MongoDb.Lifecycle;
using Workers.MongoDb.Submission;
using Workers.Testing.Stores;

namespace Workers.Benchmarks.Million;

/// <summary>What the fleet asks of its store, on few jobs and on many, in turns: history must not make it slower.</summary>
internal static class MillionBenchmark
{
    private const double MostTimes = 1.5;

    /// <param name="store">The store's address.</param>
    /// <param name="few">Jobs in the one database.</param>
    /// <param name="many">Jobs in the other.</param>
    /// <param name="rounds">Measurements of each operation.</param>
    /// <returns>Whether all operations are as fast on many.</returns>
    public static async Task<bool> RunAsync(string store, int few, int many, int rounds)
    {
        Console.WriteLine($"The store at {new StoreAddress(new MongoDbOptions { Url = store })}");
        await using var small = await TestDatabase.CreateAsync();
        await using var large = await TestDatabase.CreateAsync();
        var began = TimeProvider.System.GetTimestamp();
        var (onFew, onMany) = (new Operations(small.Store, await StoredJobs.FillAsync(small.Store, few)), new Operations(large.Store, await StoredJobs.FillAsync(large.Store, many)));
        Console.WriteLine($"{few} and {many} jobs made in {TimeProvider.System.GetElapsedTime(began).TotalMinutes:F1} min");

        var isGood = true;
        Console.WriteLine($"{"median of " + rounds,-28} {few,12} {many,12}  ratio");
        foreach (var (name, operation) in Operations.All)
        {
            List<double> fast = [], slow = [];
            for (var round = -rounds / 10; round < rounds; round++)
            {
                var (one, other) = (await TimeAsync(() => operation(onFew, round)), await TimeAsync(() => operation(onMany, round)));
                if (round >= 0)
                {
                    fast.Add(one);
                    slow.Add(other);
                }
            }

            var (before, after) = (Median(fast), Median(slow));
            isGood &= after <= before * MostTimes;
            Console.WriteLine($"{name,-28} {before,9:F2} ms {after,9:F2} ms  {after / before:F2}{(after > before * MostTimes ? "  TOO SLOW" : "")}");
        }

        return isGood;
    }

    private static async Task<double> TimeAsync(Func<Task> operation)
    {
        var began = TimeProvider.System.GetTimestamp();
        await operation();
        return TimeProvider.System.GetElapsedTime(began).TotalMilliseconds;
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    /// <summary>One store's operations.</summary>
    private sealed class Operations(Store store, IReadOnlyList<Guid> ids)
    {
        private readonly MongoJobs _jobs = new(store);
        private readonly MongoAttempts _attempts = new(store);
        private readonly MongoAccounts _accounts = new(store);

        public static IReadOnlyList<(string Name, Func<Operations, int, Task> Operation)> All { get; } =
        [
            // What changes nothing comes first: PostgreSQL keeps what was replaced until it cleans up, of a large collection much later than of a small one.
            ("page of jobs", (on, _) => on._jobs.ListAsync(new JobQuery(), null, 50, CancellationToken.None)),
            ("page of a tenant's jobs", (on, round) => on._jobs.ListAsync(new JobQuery { TenantId = Tenant(round) }, null, 50, CancellationToken.None)),
            ("page of a tenant's failed", (on, round) => on._jobs.ListAsync(new JobQuery { TenantId = Tenant(round), State = "Failed" }, null, 50, CancellationToken.None)),
            ("page of blocked jobs", (on, _) => on._jobs.ListAsync(new JobQuery { State = "Blocked" }, null, 50, CancellationToken.None)),
            ("saga load", (on, round) => on._jobs.FindAsync(on.Id(round), CancellationToken.None)),
            ("due look-up: accounts", (on, _) => on._attempts.AccountsDueAsync(Now, CancellationToken.None)),
            ("due look-up: attempts", (on, round) => on._attempts.DueAsync(Account(round), Now, 100, CancellationToken.None)),
            ("unannounced jobs", (on, _) => on._jobs.UnannouncedAsync(Now, 100, CancellationToken.None)),
            ("due look-up: jobs to check", (on, _) => on._jobs.TakeDueAsync(Now.AddDays(-1), TimeSpan.FromHours(1), 100, CancellationToken.None)),
            ("round claim", (on, round) => on.ClaimAsync(round)),
            ("saga load and save", (on, round) => on.SaveAsync(round)),
        ];

        private static DateTimeOffset Now => StoredJobs.End;

        private static string Account(int round) => string.Create(CultureInfo.InvariantCulture, $"a{Math.Abs(round) % StoredJobs.Accounts}");

        private static string Tenant(int round) => string.Create(CultureInfo.InvariantCulture, $"tenant-{Math.Abs(round) % StoredJobs.Tenants}");

        private Guid Id(int round) => ids[Math.Abs(round * 7919) % ids.Count];

        private async Task ClaimAsync(int round)
        {
            var now = Now + TimeSpan.FromDays(round + 100);
            var number = await _accounts.StartRoundAsync(Account(round), now, TimeSpan.FromMinutes(1), CancellationToken.None) ?? throw new InvalidOperationException("The round was not started.");
            await _accounts.TakeRoundAsync(Account(round), number, now, TimeSpan.FromMinutes(1), CancellationToken.None);
            await _accounts.EndRoundAsync(Account(round), number, now, CancellationToken.None);
        }

        private async Task SaveAsync(int round)
        {
            var job = await _jobs.FindAsync(Id(round), CancellationToken.None) ?? throw new InvalidOperationException("The job is not there.");
            job.Version++;
            if (!await _jobs.ReplaceAsync(job, CancellationToken.None))
            {
                throw new InvalidOperationException("The job was not replaced.");
            }
        }
    }
}
