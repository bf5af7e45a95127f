using Workers.Jobs.Retrieval;

namespace Workers.Testing.Stores;

/// <summary>What every store of results does.</summary>
public abstract class ResultsContract
{
    private IResults _results = null!;

    /// <summary>An empty store.</summary>
    protected abstract Task<IResults> CreateAsync();

    [SetUp]
    public async Task CreateStoreAsync() => _results = await CreateAsync();

    [Test]
    public async Task A_result_comes_back_whole()
    {
        var result = Filled.Result();
        Assert.That(Members.Unset(result), Is.Empty, "Fill these in: nobody would notice their loss.");

        var kept = await _results.KeepAsync(result, default);

        Assert.That(Members.Of(kept), Is.EqualTo(Members.Of(result)));
        Assert.That(Members.Of((await _results.FindAsync(result.JobId, result.Generation, default))!), Is.EqualTo(Members.Of(result)));
    }

    [Test]
    public async Task The_first_result_stays_and_is_what_later_ones_get()
    {
        var first = await _results.KeepAsync(Filled.Result(), default);

        var kept = await _results.KeepAsync(first with { TaskId = "task-2", Outputs = [] }, default);

        Assert.That(Members.Of(kept), Is.EqualTo(Members.Of(first)));
        Assert.That(Members.Of((await _results.FindAsync(first.JobId, first.Generation, default))!), Is.EqualTo(Members.Of(first)));
    }

    [Test]
    public async Task Of_many_results_all_get_the_one_that_is_kept()
    {
        var results = Enumerable.Range(0, Race.Items).Select(_ => Filled.Result()).ToList();

        var kept = await Race.OfAsync((item, caller) => _results.KeepAsync(results[item] with { TaskId = $"task-{caller}" }, default));

        foreach (var (result, byCaller) in results.Zip(kept))
        {
            var found = await _results.FindAsync(result.JobId, result.Generation, default);
            Assert.That(byCaller.Select(one => one.TaskId), Is.All.EqualTo(found?.TaskId));
        }
    }

    [Test]
    public async Task Each_life_of_a_job_has_its_own_result()
    {
        var first = await _results.KeepAsync(Filled.Result(), default);
        var second = await _results.KeepAsync(first with { Generation = Guid.NewGuid(), TaskId = "task-2" }, default);
        Assert.That(second.TaskId, Is.EqualTo("task-2"));

        await _results.RemoveAsync(first.JobId, first.Generation, default);
        await _results.RemoveAsync(first.JobId, first.Generation, default);

        Assert.That(await _results.FindAsync(first.JobId, first.Generation, default), Is.Null);
        Assert.That((await _results.FindAsync(second.JobId, second.Generation, default))?.TaskId, Is.EqualTo("task-2"));
    }

    [Test]
    public async Task An_unknown_result_is_not_found() =>
        Assert.That(await _results.FindAsync(Guid.NewGuid(), Guid.NewGuid(), default), Is.Null);
}
