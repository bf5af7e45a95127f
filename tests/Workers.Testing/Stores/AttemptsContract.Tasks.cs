using Workers.Jobs.Submission;

namespace Workers.Testing.Stores;

/// <summary>What every store of attempts does to say whether an attempt has a task.</summary>
public abstract partial class AttemptsContract
{
    private static readonly DateTimeOffset Later = Some.Time.AddSeconds(10);

    [TestCase(AttemptState.Open)]
    [TestCase(AttemptState.Uncertain)]
    public async Task An_attempt_gets_its_task(AttemptState state)
    {
        var attempt = await PutAsync(Some.Attempt(state));

        Assert.That(await _attempts.RecordTaskAsync(attempt.Id, "task-1", Later, default), Is.EqualTo(TaskClaim.Recorded));

        await AssertStandsAsync(attempt with { State = AttemptState.Live, TaskId = "task-1", DueAt = Later });
        Assert.That((await _attempts.HolderAsync(attempt.Account, "task-1", default))?.Id, Is.EqualTo(attempt.Id));
        Assert.That(Ids(await DueAsync(Later)), Is.EqualTo(Ids(attempt)));
    }

    [TestCase(AttemptState.Live)]
    [TestCase(AttemptState.Ended)]
    [TestCase(AttemptState.Closed)]
    public async Task A_task_that_was_recorded_before_is_recorded_and_nothing_changes(AttemptState state)
    {
        var attempt = await PutAsync(Some.Attempt(state));

        Assert.That(await _attempts.RecordTaskAsync(attempt.Id, attempt.TaskId!, Later, default), Is.EqualTo(TaskClaim.Recorded));

        await AssertStandsAsync(attempt);
    }

    [TestCase(AttemptState.Live)]
    [TestCase(AttemptState.Ended)]
    [TestCase(AttemptState.Closed)]
    [TestCase(AttemptState.NotCreated)]
    public async Task An_attempt_with_another_task_or_surely_none_is_refused_one(AttemptState state)
    {
        var attempt = await PutAsync(Some.Attempt(state));

        Assert.That(await _attempts.RecordTaskAsync(attempt.Id, "task-2", Later, default), Is.EqualTo(TaskClaim.Refused));

        await AssertStandsAsync(attempt);
        Assert.That(await _attempts.HolderAsync(attempt.Account, "task-2", default), Is.Null);
    }

    [Test]
    public async Task An_attempt_that_is_not_there_is_refused_a_task()
    {
        Assert.That(await _attempts.RecordTaskAsync(Some.AttemptId(), "task-1", Later, default), Is.EqualTo(TaskClaim.Refused));
        Assert.That(await _attempts.HolderAsync(Some.Account, "task-1", default), Is.Null);
    }

    [TestCase(AttemptState.Open)]
    [TestCase(AttemptState.Uncertain)]
    public async Task A_task_belongs_to_one_attempt(AttemptState state)
    {
        var holder = await PutAsync(Some.Attempt(AttemptState.Closed));
        var attempt = await PutAsync(Some.Attempt(state));

        Assert.That(await _attempts.RecordTaskAsync(attempt.Id, holder.TaskId!, Later, default), Is.EqualTo(TaskClaim.TakenByAnother));

        await AssertStandsAsync(attempt);
        Assert.That((await _attempts.HolderAsync(holder.Account, holder.TaskId!, default))?.Id, Is.EqualTo(holder.Id));
    }

    [Test]
    public async Task Two_accounts_may_have_tasks_of_one_id()
    {
        var here = await PutAsync(Some.Attempt());
        var there = await PutAsync(Some.Attempt() with { Account = "other" });

        Assert.That(await _attempts.RecordTaskAsync(here.Id, "task-1", Later, default), Is.EqualTo(TaskClaim.Recorded));
        Assert.That(await _attempts.RecordTaskAsync(there.Id, "task-1", Later, default), Is.EqualTo(TaskClaim.Recorded));

        Assert.That((await _attempts.HolderAsync("other", "task-1", default))?.Id, Is.EqualTo(there.Id));
    }

    [Test]
    public async Task A_removed_attempt_leaves_its_task_to_another()
    {
        var removed = await PutAsync(Some.Attempt(AttemptState.Closed));
        var attempt = await PutAsync(Some.Attempt());
        await _attempts.RemoveAsync(removed.Id.JobId, removed.Id.Generation, default);

        Assert.That(await _attempts.RecordTaskAsync(attempt.Id, removed.TaskId!, Later, default), Is.EqualTo(TaskClaim.Recorded));
    }

    [Test]
    public async Task Of_many_attempts_that_claim_one_task_one_gets_it()
    {
        var rivals = await Race.AllAsync(_ => Task.WhenAll(Enumerable.Range(0, Race.Callers).Select(_ => PutAsync(Some.Attempt()))));

        var claims = await Race.OfAsync((item, caller) => _attempts.RecordTaskAsync(rivals[item][caller].Id, $"task-{item}", Later, default));

        foreach (var (item, claim) in claims.Index())
        {
            Assert.That(claim.Count(one => one == TaskClaim.Recorded), Is.EqualTo(1));
            Assert.That(claim.Count(one => one == TaskClaim.TakenByAnother), Is.EqualTo(Race.Callers - 1));
            var winner = rivals[item][claim.ToList().IndexOf(TaskClaim.Recorded)];
            Assert.That((await _attempts.HolderAsync(Some.Account, $"task-{item}", default))?.Id, Is.EqualTo(winner.Id));
        }
    }

    [Test]
    public async Task Of_many_tasks_for_one_attempt_it_gets_one()
    {
        var attempts = await Race.AllAsync(_ => PutAsync(Some.Attempt()));

        var claims = await Race.OfAsync((item, caller) => _attempts.RecordTaskAsync(attempts[item].Id, $"task-{item}-{caller}", Later, default));

        foreach (var (item, claim) in claims.Index())
        {
            Assert.That(claim.Count(one => one == TaskClaim.Recorded), Is.EqualTo(1));
            Assert.That(claim.Count(one => one == TaskClaim.Refused), Is.EqualTo(Race.Callers - 1));
            Assert.That((await FindAsync(attempts[item])).TaskId, Is.EqualTo($"task-{item}-{claim.ToList().IndexOf(TaskClaim.Recorded)}"));
        }
    }

    [TestCase(AttemptState.Open)]
    [TestCase(AttemptState.Uncertain)]
    public async Task An_attempt_surely_made_no_task(AttemptState state)
    {
        var attempt = await PutAsync(Some.Attempt(state));
        var failure = Filled.Attempt().Failure!;

        Assert.That(await _attempts.SettleNotCreatedAsync(attempt.Id, failure, default), Is.True);
        Assert.That(await _attempts.SettleNotCreatedAsync(attempt.Id, Some.Refusal(), default), Is.False);

        await AssertStandsAsync(attempt with { State = AttemptState.NotCreated, Failure = failure, DueAt = null, SlotReturned = true });
        Assert.That(await _attempts.CountInFlightAsync(Some.Account, default), Is.Zero);
        Assert.That(await DueAsync(Later), Is.Empty);
    }

    [TestCase(AttemptState.Live)]
    [TestCase(AttemptState.Ended)]
    [TestCase(AttemptState.Closed)]
    [TestCase(AttemptState.NotCreated)]
    public async Task An_attempt_that_is_settled_otherwise_is_not_settled_as_not_created(AttemptState state)
    {
        var attempt = await PutAsync(Some.Attempt(state));

        Assert.That(await _attempts.SettleNotCreatedAsync(attempt.Id, Filled.Attempt().Failure!, default), Is.False);

        await AssertStandsAsync(attempt);
    }

    [Test]
    public async Task Nobody_can_tell_whether_an_open_attempt_made_a_task()
    {
        var attempt = await PutAsync(Some.Attempt());

        Assert.That(await _attempts.SettleUncertainAsync(attempt.Id, default), Is.True);
        Assert.That(await _attempts.SettleUncertainAsync(attempt.Id, default), Is.False);

        await AssertStandsAsync(attempt with { State = AttemptState.Uncertain, DueAt = null });
        Assert.That(await _attempts.CountInFlightAsync(Some.Account, default), Is.EqualTo(1));
        Assert.That(await DueAsync(Later), Is.Empty);
    }

    [Test]
    public async Task Of_an_open_attempt_is_noted_why_it_would_have_no_task()
    {
        var (open, live) = (await PutAsync(Some.Attempt()), await PutAsync(Some.Attempt(AttemptState.Live)));

        await _attempts.NoteAsync(open.Id, Filled.Attempt().Failure!, default);
        await _attempts.NoteAsync(live.Id, Filled.Attempt().Failure!, default);
        await _attempts.NoteAsync(Some.AttemptId(), Filled.Attempt().Failure!, default);

        await AssertStandsAsync(open with { Failure = Filled.Attempt().Failure });
        await AssertStandsAsync(live);
    }

    [TestCase(AttemptState.Live)]
    [TestCase(AttemptState.Ended)]
    [TestCase(AttemptState.Closed)]
    [TestCase(AttemptState.NotCreated)]
    [TestCase(AttemptState.Uncertain)]
    public async Task An_attempt_that_is_not_open_does_not_become_uncertain(AttemptState state)
    {
        var attempt = await PutAsync(Some.Attempt(state));

        Assert.That(await _attempts.SettleUncertainAsync(attempt.Id, default), Is.False);

        await AssertStandsAsync(attempt);
    }

    [Test]
    public async Task An_attempt_that_is_not_there_is_not_settled()
    {
        Assert.That(await _attempts.SettleNotCreatedAsync(Some.AttemptId(), Some.Refusal(), default), Is.False);
        Assert.That(await _attempts.SettleUncertainAsync(Some.AttemptId(), default), Is.False);
    }

    [Test]
    public async Task An_attempt_has_a_task_or_surely_none_and_never_both()
    {
        var attempts = await Race.AllAsync(_ => PutAsync(Some.Attempt()));

        var won = await Race.OfAsync(async (item, caller) => caller % 2 == 0
            ? await _attempts.SettleNotCreatedAsync(attempts[item].Id, Some.Refusal(), default)
            : await _attempts.RecordTaskAsync(attempts[item].Id, $"task-{item}-{caller}", Later, default) == TaskClaim.Recorded);

        foreach (var (attempt, byCaller) in attempts.Zip(won))
        {
            Assert.That(byCaller.Count(one => one), Is.EqualTo(1));
            var settled = byCaller.ToList().IndexOf(true) % 2 == 0 ? AttemptState.NotCreated : AttemptState.Live;
            Assert.That((await FindAsync(attempt)).State, Is.EqualTo(settled));
        }
    }
}
