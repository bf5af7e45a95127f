using Workers.Jobs.Submission;

namespace Workers.Testing.Stores;

/// <summary>What every store of attempts does for the rounds.</summary>
public abstract partial class AttemptsContract
{
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1);

    [TestCaseSource(nameof(States))]
    public async Task An_attempt_is_due_once_its_time_has_come_while_a_round_has_something_to_do(AttemptState state)
    {
        var attempt = await PutAsync(Some.Attempt(state));

        var watched = state is AttemptState.Open or AttemptState.Live or AttemptState.Ended;
        Assert.That(Ids(await DueAsync(Some.Time)), Is.EqualTo(watched ? Ids(attempt) : []));
        Assert.That(await _attempts.AccountsDueAsync(Some.Time, default), Is.EqualTo(watched ? new[] { Some.Account } : []));
        Assert.That(await DueAsync(Some.Time - Instant), Is.Empty);
        Assert.That(await _attempts.AccountsDueAsync(Some.Time - Instant, default), Is.Empty);
    }

    [Test]
    public async Task An_attempt_without_a_due_time_is_never_due()
    {
        await PutAsync(Some.Attempt() with { DueAt = null });

        Assert.That(await DueAsync(Some.Time.AddYears(1)), Is.Empty);
    }

    [Test]
    public async Task The_longest_due_of_an_account_come_first()
    {
        var second = await PutAsync(Some.Attempt(AttemptState.Live) with { DueAt = Some.Time.AddMinutes(-2) });
        var third = await PutAsync(Some.Attempt(AttemptState.Ended) with { DueAt = Some.Time.AddMinutes(-1) });
        var first = await PutAsync(Some.Attempt() with { DueAt = Some.Time.AddDays(-2) });
        await PutAsync(Some.Attempt() with { Account = "other", DueAt = Some.Time.AddDays(-3) });

        Assert.That(Ids(await DueAsync(Some.Time)), Is.EqualTo(Ids(first, second, third)));
        Assert.That(Ids(await _attempts.DueAsync(Some.Account, Some.Time, 2, default)), Is.EqualTo(Ids(first, second)));
        Assert.That(await _attempts.DueAsync("nobody", Some.Time, 2, default), Is.Empty);
    }

    [Test]
    public async Task Each_account_with_something_due_is_named_once()
    {
        await PutAsync(Some.Attempt());
        await PutAsync(Some.Attempt());
        await PutAsync(Some.Attempt() with { Account = "other" });
        await PutAsync(Some.Attempt() with { Account = "idle", DueAt = Later });

        Assert.That(await _attempts.AccountsDueAsync(Some.Time, default), Is.EquivalentTo(new[] { Some.Account, "other" }));
    }

    [Test]
    public async Task The_attempts_that_are_due_in_all_accounts_are_counted()
    {
        await PutAsync(Some.Attempt());
        await PutAsync(Some.Attempt(AttemptState.Live) with { Account = "other" });
        await PutAsync(Some.Attempt(AttemptState.Closed));
        await PutAsync(Some.Attempt() with { DueAt = Later });

        Assert.That(await _attempts.CountDueAsync(Some.Time, default), Is.EqualTo(2));
        Assert.That(await _attempts.CountDueAsync(Some.Time - Instant, default), Is.Zero);
    }

    [TestCase(AttemptState.Open)]
    [TestCase(AttemptState.Live)]
    [TestCase(AttemptState.Ended)]
    public async Task A_watched_attempt_is_armed_for_another_time(AttemptState state)
    {
        var attempt = await PutAsync(Some.Attempt(state) with { Watch = Filled.Attempt().Watch });

        await _attempts.RearmAsync(attempt.Id, Later, default);

        await AssertStandsAsync(attempt with { DueAt = Later });
        Assert.That(Ids(await DueAsync(Later)), Is.EqualTo(Ids(attempt)));
        Assert.That(await DueAsync(Later - Instant), Is.Empty);
    }

    [Test]
    public async Task A_closed_attempt_that_is_armed_tells_its_end_again_and_keeps_no_slot()
    {
        var attempt = await PutAsync(Some.Attempt(AttemptState.Closed));

        await _attempts.RearmAsync(attempt.Id, Later, default);
        await _attempts.RearmAsync(attempt.Id, Later, default);

        await AssertStandsAsync(attempt with { State = AttemptState.Ended, DueAt = Later });
        Assert.That(Ids(await DueAsync(Later)), Is.EqualTo(Ids(attempt)));
        Assert.That(await _attempts.CountInFlightAsync(Some.Account, default), Is.Zero);
        Assert.That(await _attempts.CloseAsync([attempt.Id], default), Is.Zero);
        await AssertStandsAsync(attempt);
    }

    [Test]
    public async Task A_closed_attempt_of_unclear_end_that_is_armed_is_watched_again_and_keeps_no_slot()
    {
        var watch = Filled.Attempt().Watch;
        var attempt = await PutAsync(Some.Attempt(AttemptState.Closed) with { End = Some.End() with { Kind = TaskEnd.Unclear }, Watch = watch });

        await _attempts.RearmAsync(attempt.Id, Later, default);

        await AssertStandsAsync(attempt with { State = AttemptState.Live, DueAt = Later, End = null, Watch = watch with { Misses = 0, Mismatches = 0 } });
        Assert.That(Ids(await DueAsync(Later)), Is.EqualTo(Ids(attempt)));
        Assert.That(await _attempts.CountInFlightAsync(Some.Account, default), Is.Zero);
    }

    [Test]
    public async Task An_uncertain_attempt_that_is_armed_is_open_again_and_its_readings_start_anew()
    {
        var watch = Filled.Attempt().Watch;
        var attempt = await PutAsync(Some.Attempt(AttemptState.Uncertain) with { Watch = watch });

        await _attempts.RearmAsync(attempt.Id, Later, default);

        await AssertStandsAsync(attempt with { State = AttemptState.Open, DueAt = Later, Watch = watch with { AbsentReads = 0, FailedReads = 0 } });
        Assert.That(Ids(await DueAsync(Later)), Is.EqualTo(Ids(attempt)));
    }

    [Test]
    public async Task An_attempt_that_surely_has_no_task_is_not_armed()
    {
        var attempt = await PutAsync(Some.Attempt(AttemptState.NotCreated));

        await _attempts.RearmAsync(attempt.Id, Later, default);

        await AssertStandsAsync(attempt);
        Assert.That(await DueAsync(Later), Is.Empty);
    }

    [Test]
    public async Task Nothing_is_made_of_an_attempt_that_is_not_there()
    {
        var id = Some.AttemptId();

        await _attempts.RearmAsync(id, Later, default);
        await _attempts.SaveRoundAsync([new AttemptSighting(id, Later, new AttemptWatch(), Some.End())], default);

        Assert.That(await _attempts.FindAsync(id, default), Is.Null);
        Assert.That(await _attempts.CloseAsync([id], default), Is.Zero);
    }

    [Test]
    public async Task A_round_writes_what_it_found()
    {
        var watch = Filled.Attempt().Watch;
        var end = Filled.End();
        var open = await PutAsync(Some.Attempt());
        var live = await PutAsync(Some.Attempt(AttemptState.Live));
        var over = await PutAsync(Some.Attempt(AttemptState.Live));
        var ended = await PutAsync(Some.Attempt(AttemptState.Ended));
        var found = new[]
        {
            new AttemptSighting(open.Id, Later, watch),
            new AttemptSighting(live.Id, Later, watch),
            new AttemptSighting(over.Id, Later, watch, end),
            new AttemptSighting(ended.Id, Later, watch),
        };

        await _attempts.SaveRoundAsync(found, default);
        await _attempts.SaveRoundAsync(found, default);

        await AssertStandsAsync(open with { DueAt = Later, Watch = watch });
        await AssertStandsAsync(live with { DueAt = Later, Watch = watch });
        await AssertStandsAsync(over with { DueAt = Later, Watch = watch, State = AttemptState.Ended, End = end });
        await AssertStandsAsync(ended with { DueAt = Later, Watch = watch });
        Assert.That(await DueAsync(Later - Instant), Is.Empty);
        Assert.That(Ids(await DueAsync(Later)), Is.EquivalentTo(Ids(open, live, over, ended)));
        Assert.That(await _attempts.CountInFlightAsync(Some.Account, default), Is.EqualTo(4));
    }

    [Test]
    public async Task A_round_that_found_nothing_writes_nothing()
    {
        var attempt = await PutAsync(Some.Attempt());

        await _attempts.SaveRoundAsync([], default);
        Assert.That(await _attempts.CloseAsync([], default), Is.Zero);

        await AssertStandsAsync(attempt);
    }

    [TestCase(AttemptState.Closed)]
    [TestCase(AttemptState.NotCreated)]
    [TestCase(AttemptState.Uncertain)]
    public async Task An_attempt_that_was_settled_while_a_round_read_it_stays_as_it_is(AttemptState state)
    {
        var attempt = await PutAsync(Some.Attempt(state));

        await _attempts.SaveRoundAsync([new AttemptSighting(attempt.Id, Later, Filled.Attempt().Watch, Filled.End())], default);

        await AssertStandsAsync(attempt);
        Assert.That(await DueAsync(Later), Is.Empty);
    }

    [Test]
    public async Task An_attempt_that_got_its_task_while_a_round_read_it_keeps_the_task()
    {
        var attempts = await Race.AllAsync(_ => PutAsync(Some.Attempt()));
        var watch = new AttemptWatch { AbsentReads = 1 };

        await Race.OfAsync((item, caller) => caller % 2 == 0
            ? _attempts.RecordTaskAsync(attempts[item].Id, $"task-{item}", Later, default)
            : _attempts.SaveRoundAsync([new AttemptSighting(attempts[item].Id, Later, watch)], default));

        foreach (var (item, attempt) in attempts.Index())
        {
            await AssertStandsAsync(attempt with { State = AttemptState.Live, TaskId = $"task-{item}", DueAt = Later, Watch = watch });
        }
    }

    [Test]
    public async Task Ended_attempts_are_closed_once()
    {
        var one = await PutAsync(Some.Attempt(AttemptState.Ended));
        var two = await PutAsync(Some.Attempt(AttemptState.Ended));
        var told = await PutAsync(Some.Attempt(AttemptState.Ended));

        Assert.That(await _attempts.CloseAsync([told.Id], default), Is.EqualTo(1));
        Assert.That(await _attempts.CloseAsync([one.Id, told.Id, two.Id, one.Id], default), Is.EqualTo(2));
        Assert.That(await _attempts.CloseAsync([one.Id, two.Id], default), Is.Zero);

        await AssertStandsAsync(one with { State = AttemptState.Closed, DueAt = null, SlotReturned = true });
        Assert.That(await DueAsync(Later), Is.Empty);
        Assert.That(await _attempts.CountInFlightAsync(Some.Account, default), Is.Zero);
    }

    [TestCase(AttemptState.Open)]
    [TestCase(AttemptState.Live)]
    [TestCase(AttemptState.Closed)]
    [TestCase(AttemptState.NotCreated)]
    [TestCase(AttemptState.Uncertain)]
    public async Task An_attempt_that_has_not_ended_is_not_closed(AttemptState state)
    {
        var attempt = await PutAsync(Some.Attempt(state));

        Assert.That(await _attempts.CloseAsync([attempt.Id], default), Is.Zero);

        await AssertStandsAsync(attempt);
    }

    [Test]
    public async Task Of_many_who_close_attempts_each_slot_is_given_back_once()
    {
        var ids = Ids(await Race.AllAsync(_ => PutAsync(Some.Attempt(AttemptState.Ended)))).ToList();

        var slots = await Race.OfAsync((item, _) => _attempts.CloseAsync([.. ids.Skip(item).Take(3)], default));

        Assert.That(slots.SelectMany(callers => callers).Sum(), Is.EqualTo(Race.Items));
        Assert.That(await _attempts.CountInFlightAsync(Some.Account, default), Is.Zero);
    }

    private Task<IReadOnlyList<Attempt>> DueAsync(DateTimeOffset now) => _attempts.DueAsync(Some.Account, now, 1000, default);
}
