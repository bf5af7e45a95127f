using Workers.Jobs.Submission;

namespace Workers.Testing.Stores;

/// <summary>What every store of attempts does with single attempts.</summary>
public abstract partial class AttemptsContract
{
    private IAttempts _attempts = null!;

    /// <summary>An empty store.</summary>
    protected abstract Task<IAttempts> CreateAsync();

    [SetUp]
    public async Task CreateStoreAsync() => _attempts = await CreateAsync();

    [Test]
    public async Task An_attempt_comes_back_whole()
    {
        var attempt = Filled.Attempt();
        Assert.That(Members.Unset(attempt), Is.Empty, "Fill these in: nobody would notice their loss.");

        Assert.That(await _attempts.OpenAsync(attempt, default), Is.True);

        var whole = Members.Of(attempt);
        Assert.That(Members.Of(await FindAsync(attempt)), Is.EqualTo(whole));
        Assert.That(Members.Of((await _attempts.HolderAsync(attempt.Account, attempt.TaskId!, default))!), Is.EqualTo(whole));
        Assert.That(Members.Of((await _attempts.OfJobAsync(attempt.Id.JobId, attempt.Id.Generation, default))[0]), Is.EqualTo(whole));
        Assert.That(Members.Of((await _attempts.DueAsync(attempt.Account, attempt.DueAt!.Value, 1, default))[0]), Is.EqualTo(whole));
    }

    [TestCaseSource(nameof(States))]
    public async Task An_attempt_in_any_state_comes_back_as_it_was(AttemptState state)
    {
        var attempt = await PutAsync(Some.Attempt(state));

        Assert.That(Members.Of(await FindAsync(attempt)), Is.EqualTo(Members.Of(attempt)));
    }

    [Test]
    public async Task An_unknown_attempt_is_not_found()
    {
        var known = await PutAsync(Some.Attempt());

        Assert.That(await _attempts.FindAsync(known.Id with { Number = 2 }, default), Is.Null);
        Assert.That(await _attempts.FindAsync(known.Id with { Generation = Guid.NewGuid() }, default), Is.Null);
        Assert.That(await _attempts.FindAsync(known.Id with { JobId = Guid.NewGuid() }, default), Is.Null);
    }

    [Test]
    public async Task The_first_attempt_of_an_id_stays()
    {
        var first = await PutAsync(Some.Attempt());

        Assert.That(await _attempts.OpenAsync(Some.Attempt() with { Id = first.Id }, default), Is.False);
        Assert.That(await _attempts.OpenAsync(first, default), Is.False);

        Assert.That((await FindAsync(first)).Owner, Is.EqualTo(first.Owner));
        Assert.That(await _attempts.CountInFlightAsync(Some.Account, default), Is.EqualTo(1));
    }

    [Test]
    public async Task Of_many_who_open_one_attempt_one_does()
    {
        var ids = Enumerable.Range(0, Race.Items).Select(_ => Some.AttemptId()).ToList();

        var opened = await Race.OfAsync((item, caller) => _attempts.OpenAsync(Some.Attempt() with { Id = ids[item], TenantId = $"{caller}" }, default));

        foreach (var (id, won) in ids.Zip(opened))
        {
            Assert.That(won.Count(one => one), Is.EqualTo(1));
            Assert.That((await _attempts.FindAsync(id, default))?.TenantId, Is.EqualTo($"{won.ToList().IndexOf(true)}"));
        }
    }

    [Test]
    public async Task The_attempts_of_one_life_of_a_job_come_in_order()
    {
        var id = Some.AttemptId();
        foreach (var number in new[] { 10, 2, 1 })
        {
            await PutAsync(Some.Attempt() with { Id = id with { Number = number } });
        }

        await PutAsync(Some.Attempt() with { Id = id with { Generation = Guid.NewGuid() } });
        await PutAsync(Some.Attempt() with { Id = id with { JobId = Guid.NewGuid() } });

        var ofJob = await _attempts.OfJobAsync(id.JobId, id.Generation, default);

        Assert.That(ofJob.Select(attempt => attempt.Id), Is.EqualTo(new[] { id, id with { Number = 2 }, id with { Number = 10 } }));
        Assert.That(await _attempts.OfJobAsync(Guid.NewGuid(), id.Generation, default), Is.Empty);
    }

    [Test]
    public async Task All_attempts_of_one_life_of_a_job_are_removed()
    {
        var removed = await PutAsync(Some.Attempt(AttemptState.Live));
        var second = await PutAsync(Some.Attempt() with { Id = removed.Id with { Number = 2 } });
        var otherLife = await PutAsync(Some.Attempt(AttemptState.Live) with { Id = removed.Id with { Generation = Guid.NewGuid() } });

        await _attempts.RemoveAsync(removed.Id.JobId, removed.Id.Generation, default);
        await _attempts.RemoveAsync(removed.Id.JobId, removed.Id.Generation, default);

        Assert.That(await _attempts.FindAsync(removed.Id, default), Is.Null);
        Assert.That(await _attempts.FindAsync(second.Id, default), Is.Null);
        Assert.That(await _attempts.OfJobAsync(removed.Id.JobId, removed.Id.Generation, default), Is.Empty);
        Assert.That(await _attempts.HolderAsync(removed.Account, removed.TaskId!, default), Is.Null);
        Assert.That(Ids(await DueAsync(Some.Time)), Is.EqualTo(Ids(otherLife)));
        Assert.That(await _attempts.CountInFlightAsync(Some.Account, default), Is.EqualTo(1));
    }

    [TestCaseSource(nameof(States))]
    public async Task An_attempt_holds_a_slot_until_it_was_given_back(AttemptState state)
    {
        await PutAsync(Some.Attempt(state));
        await PutAsync(Some.Attempt(state) with { Account = "other" });

        var expected = state is AttemptState.Closed or AttemptState.NotCreated ? 0 : 1;
        Assert.That(await _attempts.CountInFlightAsync(Some.Account, default), Is.EqualTo(expected));
    }

    private static AttemptState[] States() => Enum.GetValues<AttemptState>();

    private async Task<Attempt> PutAsync(Attempt attempt)
    {
        await _attempts.OpenAsync(attempt, default);
        return attempt;
    }

    private async Task<Attempt> FindAsync(Attempt attempt) =>
        await _attempts.FindAsync(attempt.Id, default) ?? throw new AssertionException($"{attempt.Id} is not there.");

    /// <summary>The attempt stands as it does here, member by member.</summary>
    private async Task AssertStandsAsync(Attempt expected) => Assert.That(Members.Of(await FindAsync(expected)), Is.EqualTo(Members.Of(expected)));

    private static IEnumerable<AttemptId> Ids(params IEnumerable<Attempt> attempts) => attempts.Select(attempt => attempt.Id);
}
