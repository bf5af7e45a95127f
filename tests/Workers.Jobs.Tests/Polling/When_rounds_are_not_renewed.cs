using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Workers.Jobs.Accounts;
using Workers.Jobs.Polling;
using Workers.Testing;
using Workers.Testing.Stores;

namespace Workers.Jobs.Tests.Polling;

internal sealed class When_rounds_are_not_renewed
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _time = new(Some.Time);
    private readonly InMemoryAccounts _accounts = new();
    private readonly HeldRounds _held = new();

    [Test]
    public async Task The_process_says_which_until_they_are_over()
    {
        Assert.That((await HealthAsync()).Status, Is.EqualTo(HealthStatus.Healthy), "it holds none");
        await using (await HoldAsync("main"))
        {
            Assert.That((await HealthAsync()).Status, Is.EqualTo(HealthStatus.Healthy), "held");

            // Too late at one stroke: the store lets nobody renew what has run out.
            _time.Advance(Lease * 2);
            Assert.That((await HealthAsync()).Status, Is.EqualTo(HealthStatus.Unhealthy));
            Assert.That((await HealthAsync()).Description, Is.EqualTo("Round 1 of account main was renewed 40 s ago and is held for 20 s: another process may have it now."));
        }

        Assert.That((await HealthAsync()).Status, Is.EqualTo(HealthStatus.Healthy), "it is over");
    }

    [Test]
    public async Task Those_that_are_renewed_in_time_are_none_of_them()
    {
        await using var hold = await HoldAsync("main");
        for (var renewals = 0; renewals < 10; renewals++)
        {
            _time.Advance(Lease / 3);
            while (hold.SinceRenewal > TimeSpan.Zero)
            {
                await Task.Yield();
            }
        }

        Assert.That((await HealthAsync()).Status, Is.EqualTo(HealthStatus.Healthy));
    }

    private async Task<RoundHold> HoldAsync(string account)
    {
        var round = await _accounts.StartRoundAsync(account, _time.GetUtcNow(), Lease, default);
        Assert.That(await _accounts.TakeRoundAsync(account, round!.Value, _time.GetUtcNow(), Lease, default), Is.True);
        return new RoundHold(_accounts, _held, new PollRound(account, round.Value), Lease, _time, NullLogger.Instance);
    }

    private Task<HealthCheckResult> HealthAsync() => new LeasesHealth(_held).CheckHealthAsync(new HealthCheckContext());
}
