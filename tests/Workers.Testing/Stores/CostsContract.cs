using Workers.Jobs.Costs;

namespace Workers.Testing.Stores;

/// <summary>What every store of costs does.</summary>
public abstract class CostsContract
{
    private ICosts _costs = null!;

    /// <summary>An empty store.</summary>
    protected abstract Task<ICosts> CreateAsync();

    [SetUp]
    public async Task CreateStoreAsync() => _costs = await CreateAsync();

    [Test]
    public async Task A_cost_comes_back_whole()
    {
        var cost = Filled.Cost();
        Assert.That(Members.Unset(cost), Is.Empty, "Fill these in: nobody would notice their loss.");

        await _costs.RecordAsync([cost], default);

        Assert.That(await AllAsync(), Is.EqualTo(new[] { cost }));
    }

    [Test]
    public async Task The_last_record_of_an_attempt_counts_and_repeats_change_nothing()
    {
        var (unclear, other) = (Filled.Cost() with { Actual = 0 }, Filled.Cost());
        await _costs.RecordAsync([unclear], default);

        var clear = unclear with { Actual = 0.4m, At = Some.Time.AddHours(1) };
        await _costs.RecordAsync([clear, other], default);
        await _costs.RecordAsync([clear, other], default);

        Assert.That(await AllAsync(), Is.EquivalentTo(new[] { clear, other }));
    }

    /// <summary>A round may tell an end again that it knows no cost of, after somebody filled it in.</summary>
    [Test]
    public async Task A_cost_that_is_unknown_is_kept_as_such_and_never_takes_the_place_of_a_known_one()
    {
        var (unknown, late) = (Filled.Cost() with { Actual = null }, Filled.Cost() with { Actual = null });
        await _costs.RecordAsync([unknown, late], default);
        await _costs.RecordAsync([late with { Actual = 0.4m }], default);
        await _costs.RecordAsync([late, unknown], default);

        Assert.That(await AllAsync(), Is.EquivalentTo(new[] { unknown, late with { Actual = 0.4m } }));
    }

    [Test]
    public void No_costs_are_none() => Assert.DoesNotThrowAsync(() => _costs.RecordAsync([], default));

    [Test]
    public async Task Costs_are_found_by_when_their_task_ended_and_by_tenant()
    {
        var first = Filled.Cost();
        var others = first with { Id = Filled.Cost().Id, TenantId = "acme" };
        var last = first with { Id = Filled.Cost().Id, At = Some.Time.AddMilliseconds(999) };
        await _costs.RecordAsync([first, others, last, first with { Id = Filled.Cost().Id, At = Some.Time.AddSeconds(1) }, first with { Id = Filled.Cost().Id, At = Some.Time.AddMilliseconds(-1) }], default);

        Assert.That(await _costs.BetweenAsync(Some.Time, Some.Time.AddSeconds(1), null, default), Is.EquivalentTo(new[] { first, others, last }));
        Assert.That(await _costs.BetweenAsync(Some.Time, Some.Time.AddSeconds(1), "studio", default), Is.EquivalentTo(new[] { first, last }));
        Assert.That(await _costs.BetweenAsync(Some.Time, Some.Time.AddSeconds(1), "nobody", default), Is.Empty);
    }

    [Test]
    public async Task What_is_older_is_removed()
    {
        var kept = Filled.Cost();
        await _costs.RecordAsync([kept, Filled.Cost() with { At = Some.Time.AddMilliseconds(-1) }], default);

        await _costs.RemoveAsync(Some.Time, default);
        await _costs.RemoveAsync(Some.Time, default);

        Assert.That(await AllAsync(), Is.EqualTo(new[] { kept }));
    }

    [Test]
    public async Task Costs_that_many_record_are_all_there_once()
    {
        var costs = Enumerable.Range(0, Race.Items).Select(_ => Filled.Cost()).ToList();

        await Race.OfAsync((item, _) => _costs.RecordAsync([.. costs.Skip(item).Take(3)], default));

        Assert.That(await AllAsync(), Is.EquivalentTo(costs));
    }

    private Task<IReadOnlyList<CostRecord>> AllAsync() => _costs.BetweenAsync(Some.Time.AddDays(-10), Some.Time.AddDays(10), null, default);
}
