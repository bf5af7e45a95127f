using Workers.Jobs.Accounts;

namespace Workers.Testing.Stores;

/// <summary>What every store of accounts does to close accounts and to number their rounds.</summary>
public abstract partial class AccountsContract
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1);

    [Test]
    public async Task A_paused_account_gives_no_slots_until_the_pause_is_over()
    {
        var pause = PauseUntil(Some.Time.AddMinutes(1));
        await _accounts.PauseAsync(Name, pause, default);
        await _accounts.PauseAsync(Name, pause, default);

        Assert.That(await TakeAsync(Some.Time), Is.EqualTo(new SlotAnswer.Paused(pause)));
        Assert.That(await TakeAsync(pause.Until - Instant), Is.EqualTo(new SlotAnswer.Paused(pause)));
        Assert.That(await GetAsync(), Is.EqualTo(new Account { Name = Name, Pause = pause }));
        Assert.That(await TakeAsync(pause.Until), Is.EqualTo(new SlotAnswer.Taken(1)));
    }

    [Test]
    public async Task A_pause_is_told_even_where_there_is_no_room()
    {
        var pause = PauseUntil(Some.Time.AddMinutes(1));
        await _accounts.PauseAsync(Name, pause, default);

        Assert.That(await TakeAsync(Some.Time, Pace with { TasksInFlight = 0 }), Is.EqualTo(new SlotAnswer.Paused(pause)));
    }

    [TestCase(1, 2)]
    [TestCase(2, 1)]
    public async Task The_longer_pause_wins(int first, int second)
    {
        await _accounts.PauseAsync(Name, PauseUntil(Some.Time.AddMinutes(first)), default);
        await _accounts.PauseAsync(Name, PauseUntil(Some.Time.AddMinutes(second)), default);

        Assert.That((await GetAsync()).Pause, Is.EqualTo(PauseUntil(Some.Time.AddMinutes(2))));
    }

    [Test]
    public async Task Of_many_pauses_the_longest_wins()
    {
        await Race.OfAsync((item, caller) => _accounts.PauseAsync($"account-{item}", PauseUntil(Some.Time.AddMinutes(caller)), default));

        var accounts = await Race.AllAsync(item => _accounts.GetAsync($"account-{item}", default));
        Assert.That(accounts.Select(account => account.Pause?.Until), Is.All.EqualTo(Some.Time.AddMinutes(Race.Callers - 1)));
    }

    [Test]
    public async Task A_paused_account_is_opened_and_keeps_the_rest()
    {
        await TakeAsync(Some.Time);
        var before = await GetAsync();
        await _accounts.PauseAsync(Name, PauseUntil(Some.Time.AddMinutes(1)), default);

        await _accounts.OpenAsync(Name, default);
        await _accounts.OpenAsync(Name, default);

        Assert.That(await GetAsync(), Is.EqualTo(before));
        Assert.That(await TakeAsync(Some.Time), Is.EqualTo(new SlotAnswer.Taken(2)));
    }

    [Test]
    public async Task Rounds_have_numbers()
    {
        Assert.That(await StartAsync(Some.Time), Is.EqualTo(1));
        Assert.That(await GetAsync(), Is.EqualTo(new Account { Name = Name, Round = 1, RoundUnderWay = true, NextRoundAt = Some.Time + Lease }));

        await _accounts.EndRoundAsync(Name, 1, Some.Time.AddSeconds(1), default);
        Assert.That(await GetAsync(), Is.EqualTo(new Account { Name = Name, Round = 1, NextRoundAt = Some.Time.AddSeconds(1) }));

        Assert.That(await StartAsync(Some.Time.AddSeconds(1)), Is.EqualTo(2));
    }

    [Test]
    public async Task No_round_starts_while_one_is_under_way()
    {
        await StartAsync(Some.Time);

        Assert.That(await StartAsync(Some.Time), Is.Null);
        Assert.That(await StartAsync(Some.Time + Lease - Instant), Is.Null);
        Assert.That(await StartAsync(Some.Time + Lease), Is.EqualTo(2));
    }

    [Test]
    public async Task No_round_starts_too_early_after_the_last()
    {
        await StartAsync(Some.Time);
        await _accounts.EndRoundAsync(Name, 1, Some.Time.AddSeconds(1), default);

        Assert.That(await StartAsync(Some.Time.AddSeconds(1) - Instant), Is.Null);
        Assert.That(await StartAsync(Some.Time.AddSeconds(1)), Is.EqualTo(2));
    }

    [Test]
    public async Task Of_several_accounts_those_start_a_round_whose_time_it_is_and_those_that_never_had_one()
    {
        string[] accounts = ["under way", "over", "new"];
        await _accounts.StartRoundAsync("under way", Some.Time, Lease);
        await _accounts.StartRoundAsync("over", Some.Time, Lease);
        await _accounts.EndRoundAsync("over", 1, Some.Time.AddSeconds(1), default);

        Assert.That(await StartAllAsync(accounts, Some.Time.AddSeconds(1) - Instant), Is.EquivalentTo(new Dictionary<string, long> { ["new"] = 1 }));
        Assert.That(await StartAllAsync(accounts, Some.Time.AddSeconds(1)), Is.EquivalentTo(new Dictionary<string, long> { ["over"] = 2 }));
        Assert.That(await StartAllAsync(accounts, Some.Time + Lease), Is.EquivalentTo(new Dictionary<string, long> { ["under way"] = 2 }));
        Assert.That(await StartAllAsync(accounts, Some.Time.AddSeconds(1) + Lease), Is.EquivalentTo(new Dictionary<string, long> { ["over"] = 3, ["new"] = 2 }));
        Assert.That(await StartAllAsync([], Some.Time + Lease), Is.Empty);
    }

    [Test]
    public async Task Of_many_who_start_a_round_one_does()
    {
        var started = await Race.OfAsync((item, _) => _accounts.StartRoundAsync($"account-{item}", Some.Time, Lease, default));

        Assert.That(started, Is.All.Exactly(1).Not.Null);
        Assert.That(started, Is.All.Exactly(1).EqualTo(1));
    }

    [Test]
    public async Task Of_many_who_start_the_rounds_of_many_accounts_one_does_each()
    {
        static IEnumerable<string> Accounts(int item) => Enumerable.Range(0, 5).Select(number => $"account-{item}-{number}");

        var started = await Race.OfAsync((item, caller) => StartAllAsync([.. caller % 2 == 0 ? Accounts(item) : Accounts(item).Reverse()], Some.Time));

        Assert.That(started.Select(callers => callers.SelectMany(rounds => rounds.Keys).Order()), Is.EqualTo(Enumerable.Range(0, Race.Items).Select(Accounts)));
    }

    [Test]
    public async Task A_round_under_way_is_held_for_another_while()
    {
        await StartAsync(Some.Time);
        await TakeRoundAsync(1, Some.Time);

        Assert.That(await RenewAsync(1, Some.Time + Lease - Instant), Is.True);

        Assert.That((await GetAsync()).NextRoundAt, Is.EqualTo(Some.Time + Lease - Instant + Lease));
        Assert.That(await StartAsync(Some.Time + Lease), Is.Null);
    }

    [Test]
    public async Task Of_many_who_take_a_round_one_does_and_nobody_holds_it_before()
    {
        await Race.AllAsync(item => _accounts.StartRoundAsync($"account-{item}", Some.Time, Lease, default));
        Assert.That(await _accounts.RenewRoundAsync("account-0", 1, Some.Time, Lease, default), Is.False);

        var taken = await Race.OfAsync((item, _) => _accounts.TakeRoundAsync($"account-{item}", 1, Some.Time, Lease, default));

        Assert.That(taken, Is.All.Exactly(1).True);
    }

    [Test]
    public async Task A_round_whose_time_ran_out_is_neither_taken_nor_held()
    {
        await StartAsync(Some.Time);
        Assert.That(await TakeRoundAsync(1, Some.Time + Lease), Is.False);
        await TakeRoundAsync(1, Some.Time);

        Assert.That(await RenewAsync(1, Some.Time + Lease), Is.False);
        Assert.That(await StartAsync(Some.Time + Lease), Is.EqualTo(2));
    }

    [Test]
    public async Task A_round_that_is_no_longer_the_latest_is_neither_held_nor_ended()
    {
        await StartAsync(Some.Time);
        await TakeRoundAsync(1, Some.Time);
        await StartAsync(Some.Time + Lease);
        var second = await GetAsync();

        Assert.That(await TakeRoundAsync(1, Some.Time + Lease), Is.False);
        Assert.That(await RenewAsync(1, Some.Time + Lease), Is.False);
        await _accounts.EndRoundAsync(Name, 1, Some.Time, default);

        Assert.That(await GetAsync(), Is.EqualTo(second));
    }

    [Test]
    public async Task A_round_that_has_ended_is_not_held_and_ends_again_alike()
    {
        await StartAsync(Some.Time);
        await TakeRoundAsync(1, Some.Time);
        await _accounts.EndRoundAsync(Name, 1, Some.Time.AddSeconds(1), default);
        var ended = await GetAsync();

        Assert.That(await TakeRoundAsync(1, Some.Time), Is.False);
        Assert.That(await RenewAsync(1, Some.Time), Is.False);
        await _accounts.EndRoundAsync(Name, 1, Some.Time.AddSeconds(1), default);

        Assert.That(await GetAsync(), Is.EqualTo(ended));
    }

    [Test]
    public async Task Rounds_slots_and_pauses_do_not_touch_each_other()
    {
        var pause = PauseUntil(Some.Time.AddHours(-1));
        await TakeAsync(Some.Time);
        await StartAsync(Some.Time);
        await _accounts.PauseAsync(Name, pause, default);
        await TakeAsync(Some.Time);
        await _accounts.ReturnSlotsAsync(Name, 1, default);
        await _accounts.EndRoundAsync(Name, 1, Some.Time.AddSeconds(5), default);

        Assert.That(await GetAsync(), Is.EqualTo(new Account
        {
            Name = Name,
            Pause = pause,
            InFlight = 1,
            Serial = 2,
            NextCreateAt = Some.Time.AddSeconds(2),
            Round = 1,
            NextRoundAt = Some.Time.AddSeconds(5),
        }));
    }

    private Task<long?> StartAsync(DateTimeOffset now) => _accounts.StartRoundAsync(Name, now, Lease, default);

    private Task<IReadOnlyDictionary<string, long>> StartAllAsync(string[] names, DateTimeOffset now) => _accounts.StartRoundsAsync(names, now, Lease, default);

    private Task<bool> TakeRoundAsync(long round, DateTimeOffset now) => _accounts.TakeRoundAsync(Name, round, now, Lease, default);

    private Task<bool> RenewAsync(long round, DateTimeOffset now) => _accounts.RenewRoundAsync(Name, round, now, Lease, default);
}
