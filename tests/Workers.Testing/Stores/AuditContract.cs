using Workers.Jobs;
using Workers.Jobs.Audit;

namespace Workers.Testing.Stores;

/// <summary>What every store of the audit does.</summary>
public abstract class AuditContract
{
    private IAudit _audit = null!;

    /// <summary>An empty store.</summary>
    protected abstract Task<IAudit> CreateAsync();

    [SetUp]
    public async Task CreateStoreAsync() => _audit = await CreateAsync();

    [Test]
    public async Task An_entry_comes_back_whole()
    {
        var entry = Filled.AuditEntry();
        Assert.That(Members.Unset(entry), Is.Empty, "Fill these in: nobody would notice their loss.");

        await _audit.AppendAsync(entry, default);

        Assert.That(Members.Of((await _audit.OfJobAsync(entry.JobId!.Value, default))[0]), Is.EqualTo(Members.Of(entry)));
        Assert.That(Members.Of((await _audit.NewestAsync(null, 1, default))[0]), Is.EqualTo(Members.Of(entry)));
    }

    [Test]
    public async Task An_entry_of_no_job_comes_back_as_it_was()
    {
        var entry = Some.AuditEntry() with { JobId = null };
        await _audit.AppendAsync(entry, default);

        Assert.That(Members.Of((await _audit.NewestAsync(null, 1, default))[0]), Is.EqualTo(Members.Of(entry)));
    }

    [Test]
    public async Task The_first_entry_of_an_id_stays()
    {
        var first = await AppendAsync(Some.AuditEntry());

        await AppendAsync(first with { Actor = "somebody else", At = Some.Time.AddMinutes(1) });
        await AppendAsync(first with { JobId = Guid.NewGuid() });
        await AppendAsync(first);

        var all = await _audit.NewestAsync(null, 10, default);
        Assert.That(all.Select(Members.Of), Is.EqualTo(new[] { Members.Of(first) }));
        Assert.That(Ids(await OfJobAsync(first)), Is.EqualTo(Ids(first)));
    }

    [Test]
    public async Task Many_entries_of_one_id_are_one()
    {
        var entries = Enumerable.Range(0, Race.Items).Select(_ => Some.AuditEntry()).ToList();

        await Race.OfAsync((item, caller) => _audit.AppendAsync(entries[item] with { Actor = $"caller {caller}" }, default));

        Assert.That(Ids(await _audit.NewestAsync(null, 2 * Race.Items, default)), Is.EquivalentTo(Ids(entries)));
    }

    [Test]
    public async Task What_was_appended_is_a_copy()
    {
        var details = new Dictionary<string, string> { ["jobs"] = "1" };
        var entry = await AppendAsync(Some.AuditEntry() with { Details = details });

        details["jobs"] = "2";

        Assert.That((await OfJobAsync(entry))[0].Details["jobs"], Is.EqualTo("1"));
    }

    [Test]
    public async Task What_was_done_to_a_job_comes_oldest_first()
    {
        var second = await AppendAsync(Some.AuditEntry());
        var third = await AppendAsync(Some.AuditEntry() with { JobId = second.JobId, At = Some.Time.AddMinutes(1) });
        var first = await AppendAsync(Some.AuditEntry() with { JobId = second.JobId, At = Some.Time.AddDays(-1) });
        await AppendAsync(Some.AuditEntry());
        await AppendAsync(Some.AuditEntry() with { JobId = null });

        Assert.That(Ids(await OfJobAsync(second)), Is.EqualTo(Ids(first, second, third)));
        Assert.That(await _audit.OfJobAsync(Guid.NewGuid(), default), Is.Empty);
    }

    [Test]
    public async Task All_that_was_done_comes_newest_first_page_by_page()
    {
        // Several of each time: within one, the id decides.
        var entries = new List<AuditEntry>();
        foreach (var minute in new[] { 3, 1, 2, 1, 3, 2, 1 })
        {
            entries.Add(await AppendAsync(Some.AuditEntry() with { At = Some.Time.AddMinutes(minute) }));
        }

        var expected = Ids(entries.OrderByDescending(entry => entry.Position)).ToList();
        Assert.That(Ids(await _audit.NewestAsync(null, 10, default)), Is.EqualTo(expected));

        List<Guid> seen = [];
        PagePosition? after = null;
        while (await _audit.NewestAsync(after, 2, default) is { Count: > 0 } page)
        {
            Assert.That(page, Has.Count.LessThanOrEqualTo(2));
            seen.AddRange(Ids(page));
            after = page[^1].Position;

            // Newer than all that is still to be read: the next pages do not move.
            await AppendAsync(Some.AuditEntry() with { At = Some.Time.AddHours(1) });
        }

        Assert.That(seen, Is.EqualTo(expected));
    }

    [Test]
    public async Task After_the_oldest_there_is_nothing()
    {
        Assert.That(await _audit.NewestAsync(null, 10, default), Is.Empty);
        Assert.That(await _audit.NewestAsync(new PagePosition(Some.Time, Guid.NewGuid()), 10, default), Is.Empty);

        var oldest = await AppendAsync(Some.AuditEntry());

        Assert.That(await _audit.NewestAsync(oldest.Position, 10, default), Is.Empty);
        Assert.That(await _audit.NewestAsync(new PagePosition(Some.Time.AddDays(-1), Guid.NewGuid()), 10, default), Is.Empty);
    }

    private Task<IReadOnlyList<AuditEntry>> OfJobAsync(AuditEntry entry) => _audit.OfJobAsync(entry.JobId!.Value, default);

    private async Task<AuditEntry> AppendAsync(AuditEntry entry)
    {
        await _audit.AppendAsync(entry, default);
        return entry;
    }

    private static IEnumerable<Guid> Ids(params IEnumerable<AuditEntry> entries) => entries.Select(entry => entry.Id);
}
