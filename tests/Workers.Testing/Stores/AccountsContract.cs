using Workers.Contracts;
using Workers.Jobs.Accounts;

namespace Workers.Testing.Stores;

/// <summary>What every store of accounts does to pace the calls.</summary>
public abstract partial class AccountsContract
{
    private const string Name = Some.Account;

    /// <summary>A call a second, six in a burst; slots for all that the tests ask.</summary>
    private static readonly AccountPace Pace = new(CreatesPerMinute: 60, TasksInFlight: 1000);

    private IAccounts _accounts = null!;

    /// <summary>An empty store.</summary>
    protected abstract Task<IAccounts> CreateAsync();

    [SetUp]
    public async Task CreateStoreAsync() => _accounts = await CreateAsync();

    [Test]
    public async Task An_account_of_which_nothing_was_written_is_fresh() =>
        Assert.That(await GetAsync(), Is.EqualTo(new Account { Name = Name }));

    [Test]
    public async Task A_slot_comes_with_a_serial_number()
    {
        Assert.That(await TakeAsync(Some.Time), Is.EqualTo(new SlotAnswer.Taken(1)));
        Assert.That(await TakeAsync(Some.Time), Is.EqualTo(new SlotAnswer.Taken(2)));

        var account = await GetAsync();
        Assert.That(account, Is.EqualTo(new Account { Name = Name, InFlight = 2, Serial = 2, NextCreateAt = Some.Time.AddSeconds(2) }));
    }

    [Test]
    public async Task Accounts_do_not_share_slots()
    {
        await TakeAsync(Some.Time);

        Assert.That(await _accounts.TakeSlotAsync("other", Pace, Some.Time, default), Is.EqualTo(new SlotAnswer.Taken(1)));
    }

    [Test]
    public async Task No_more_slots_are_taken_than_there_are()
    {
        var pace = Pace with { TasksInFlight = 2 };
        await TakeAsync(Some.Time, pace);
        await TakeAsync(Some.Time, pace);
        var before = await GetAsync();

        var full = await TakeAsync(Some.Time, pace) as SlotAnswer.Full;

        Assert.That(full?.Until, Is.EqualTo(Some.Time.AddSeconds(1)));
        Assert.That(full?.Reason, Is.EqualTo("2 tasks are under way, of 2."));
        Assert.That(await GetAsync(), Is.EqualTo(before));

        await _accounts.ReturnSlotsAsync(Name, 1, default);
        Assert.That(await TakeAsync(Some.Time, pace), Is.EqualTo(new SlotAnswer.Taken(3)));
    }

    [Test]
    public async Task Calls_run_ahead_of_the_rate_by_a_burst_and_then_keep_it()
    {
        Assert.That(await TakeAllAsync(Some.Time), Is.EqualTo(6));
        var before = await GetAsync();

        var full = await TakeAsync(Some.Time) as SlotAnswer.Full;

        Assert.That(full?.Until, Is.EqualTo(Some.Time.AddSeconds(1)));
        Assert.That(full?.Reason, Is.EqualTo("60 calls a minute are made."));
        Assert.That(await GetAsync(), Is.EqualTo(before));
        Assert.That(await TakeAllAsync(Some.Time.AddSeconds(1).AddMilliseconds(-1)), Is.Zero);
        Assert.That(await TakeAllAsync(Some.Time.AddSeconds(1)), Is.EqualTo(1));
        Assert.That(await TakeAllAsync(Some.Time.AddSeconds(3)), Is.EqualTo(2));
        Assert.That(await TakeAllAsync(Some.Time.AddHours(1)), Is.EqualTo(6));
    }

    [Test]
    public async Task A_slow_account_has_no_burst()
    {
        var pace = Pace with { CreatesPerMinute = 4 };

        Assert.That(await TakeAllAsync(Some.Time, pace), Is.EqualTo(1));
        Assert.That((await TakeAsync(Some.Time, pace) as SlotAnswer.Full)?.Until, Is.EqualTo(Some.Time.AddSeconds(15)));
        Assert.That(await TakeAllAsync(Some.Time.AddSeconds(15), pace), Is.EqualTo(1));
    }

    [Test]
    public async Task The_rate_is_kept_exactly_where_calls_are_less_than_a_millisecond_apart()
    {
        await TakeAsync(Some.Time, Pace with { CreatesPerMinute = 100_000 });

        Assert.That((await GetAsync()).NextCreateAt, Is.EqualTo(Some.Time.AddMicroseconds(600)));
    }

    [Test]
    public async Task Of_many_who_take_slots_as_many_get_one_as_there_are([Values(1, 3)] int slots)
    {
        var pace = new AccountPace(CreatesPerMinute: 100_000, slots);

        var answers = await Race.OfAsync((item, _) => _accounts.TakeSlotAsync($"account-{item}", pace, Some.Time, default));

        foreach (var (item, byCaller) in answers.Index())
        {
            Assert.That(Serials(byCaller), Is.EquivalentTo(Enumerable.Range(1, slots)));
            Assert.That((await _accounts.GetAsync($"account-{item}", default)).InFlight, Is.EqualTo(slots));
        }
    }

    [Test]
    public async Task Of_many_who_take_slots_as_many_get_one_as_the_rate_allows()
    {
        var pace = Pace with { CreatesPerMinute = 30 };

        var answers = await Race.OfAsync((item, _) => _accounts.TakeSlotAsync($"account-{item}", pace, Some.Time, default));

        Assert.That(answers.Select(Serials), Is.All.EquivalentTo(Enumerable.Range(1, 3)));
    }

    [Test]
    public async Task No_more_slots_are_given_back_than_are_in_use()
    {
        await _accounts.ReturnSlotsAsync(Name, 1, default);
        Assert.That((await GetAsync()).InFlight, Is.Zero);

        await TakeAsync(Some.Time);
        await TakeAsync(Some.Time);
        await _accounts.ReturnSlotsAsync(Name, 0, default);
        Assert.That((await GetAsync()).InFlight, Is.EqualTo(2));

        await _accounts.ReturnSlotsAsync(Name, 3, default);
        Assert.That((await GetAsync()).InFlight, Is.Zero);
    }

    [Test]
    public async Task Slots_that_many_give_back_are_all_given_back()
    {
        await _accounts.CorrectInFlightAsync(await GetAsync(), (Race.Items * Race.Callers) + 5, default);

        await Race.OfAsync((_, _) => _accounts.ReturnSlotsAsync(Name, 1, default));

        Assert.That((await GetAsync()).InFlight, Is.EqualTo(5));
    }

    [Test]
    public async Task What_was_counted_corrects_the_slots_in_use()
    {
        await TakeAsync(Some.Time);
        var seen = await GetAsync();

        await _accounts.CorrectInFlightAsync(seen, 7, default);
        await _accounts.CorrectInFlightAsync(seen, 7, default);

        Assert.That(await GetAsync(), Is.EqualTo(seen with { InFlight = 7 }));
    }

    [Test]
    public async Task What_was_counted_before_a_slot_was_taken_corrects_nothing()
    {
        var seen = await GetAsync();
        await TakeAsync(Some.Time);
        var before = await GetAsync();

        await _accounts.CorrectInFlightAsync(seen, 0, default);

        Assert.That(await GetAsync(), Is.EqualTo(before));
    }

    private Task<Account> GetAsync() => _accounts.GetAsync(Name, default);

    private Task<SlotAnswer> TakeAsync(DateTimeOffset now, AccountPace? pace = null) => _accounts.TakeSlotAsync(Name, pace ?? Pace, now, default);

    /// <summary>Takes slots until there is none, and says how many there were.</summary>
    private async Task<int> TakeAllAsync(DateTimeOffset now, AccountPace? pace = null)
    {
        var taken = 0;
        while (await TakeAsync(now, pace) is SlotAnswer.Taken)
        {
            taken++;
        }

        return taken;
    }

    private static IEnumerable<long> Serials(IEnumerable<SlotAnswer> answers) => answers.OfType<SlotAnswer.Taken>().Select(taken => taken.Serial);

    private static AccountPause PauseUntil(DateTimeOffset until) => new(FailureBucket.Quota, "No money.", Some.Time.AddMinutes(-1), until);
}
