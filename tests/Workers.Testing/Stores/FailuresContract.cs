using Workers.Contracts;
using Workers.Jobs.Failures;

namespace Workers.Testing.Stores;

/// <summary>What every store of failures does.</summary>
public abstract class FailuresContract
{
    private IFailures _failures = null!;

    /// <summary>An empty store.</summary>
    protected abstract Task<IFailures> CreateAsync();

    [SetUp]
    public async Task CreateStoreAsync() => _failures = await CreateAsync();

    [Test]
    public async Task A_failure_comes_back_whole()
    {
        var failure = Filled.Failure();
        Assert.That(Members.Unset(failure), Is.Empty, "Fill these in: nobody would notice their loss.");

        await _failures.RecordAsync(failure, default);

        Assert.That(Members.Of((await OfJobAsync(failure))[0]), Is.EqualTo(Members.Of(failure)));
    }

    [Test]
    public async Task The_first_record_of_an_id_stays()
    {
        var first = await RecordAsync(Some.Failure());

        await RecordAsync(first with { Bucket = FailureBucket.Quota, At = Some.Time.AddMinutes(1) });
        await RecordAsync(first with { JobId = Guid.NewGuid() });
        await RecordAsync(first);

        Assert.That(await OfJobAsync(first), Is.EqualTo(new[] { first }));
        Assert.That(await CountAsync(Some.Time), Is.EqualTo(new Dictionary<FailureBucket, int> { [FailureBucket.Timeout] = 1 }));
    }

    [Test]
    public async Task Many_records_of_one_id_are_one()
    {
        var failures = Enumerable.Range(0, Race.Items).Select(_ => Some.Failure()).ToList();

        await Race.OfAsync((item, caller) => _failures.RecordAsync(failures[item] with { Attempt = caller }, default));

        foreach (var failure in failures)
        {
            Assert.That(await OfJobAsync(failure), Has.Count.EqualTo(1));
        }

        Assert.That((await CountAsync(Some.Time))[FailureBucket.Timeout], Is.EqualTo(Race.Items));
    }

    [Test]
    public async Task Failures_are_counted_by_bucket_since_a_time()
    {
        await RecordAsync(Some.Failure());
        await RecordAsync(Some.Failure());
        await RecordAsync(Some.Failure() with { At = Some.Time.AddDays(1), Bucket = FailureBucket.Auth });
        await RecordAsync(Some.Failure() with { At = Some.Time.AddMilliseconds(-1), Bucket = FailureBucket.Auth });
        await RecordAsync(Some.Failure() with { At = Some.Time.AddMilliseconds(-1), Bucket = FailureBucket.Quota });

        Assert.That(await CountAsync(Some.Time), Is.EquivalentTo(new Dictionary<FailureBucket, int>
        {
            [FailureBucket.Timeout] = 2,
            [FailureBucket.Auth] = 1,
        }));
        Assert.That(await CountAsync(Some.Time.AddDays(2)), Is.Empty);
    }

    [Test]
    public async Task Failures_are_counted_by_the_hour_with_their_cause_and_place()
    {
        var failure = Some.Failure();
        await RecordAsync(failure);
        await RecordAsync(Some.Failure() with { At = Some.Time.AddMinutes(59).AddSeconds(59.999) });
        await RecordAsync(Some.Failure() with { At = Some.Time.AddHours(1) });
        await RecordAsync(Some.Failure() with { Code = "Other" });
        await RecordAsync(Some.Failure() with { TenantId = "acme" });
        await RecordAsync(Some.Failure() with { Bucket = FailureBucket.Quota, JobId = null, TenantId = null, Provider = null });
        await RecordAsync(Some.Failure() with { At = Some.Time.AddMilliseconds(-1) });
        await RecordAsync(Some.Failure() with { At = Some.Time.AddHours(2) });

        var count = new FailureCount { Bucket = failure.Bucket, Provider = "seedance", TenantId = "studio", Code = failure.Code, Hour = Some.Time, Count = 2 };
        Assert.That(await _failures.TrendAsync(Some.Time, Some.Time.AddHours(2), default), Is.EquivalentTo(new[]
        {
            count,
            count with { Hour = Some.Time.AddHours(1), Count = 1 },
            count with { Code = "Other", Count = 1 },
            count with { TenantId = "acme", Count = 1 },
            count with { Bucket = FailureBucket.Quota, TenantId = null, Provider = null, Count = 1 },
        }));
    }

    [Test]
    public async Task The_last_failures_of_a_bucket_come_newest_first()
    {
        await RecordAsync(Some.Failure());
        var second = await RecordAsync(Some.Failure() with { At = Some.Time.AddMinutes(1) });
        var third = await RecordAsync(Some.Failure() with { At = Some.Time.AddMinutes(2) });
        await RecordAsync(Some.Failure() with { At = Some.Time.AddMinutes(3), Bucket = FailureBucket.Quota });

        Assert.That(await _failures.NewestAsync(FailureBucket.Timeout, null, Some.Time, 2, default), Is.EqualTo(new[] { third, second }));
        Assert.That(await _failures.NewestAsync(FailureBucket.Timeout, null, Some.Time.AddMinutes(2), 9, default), Is.EqualTo(new[] { third }));
        Assert.That(await _failures.NewestAsync(FailureBucket.Auth, null, Some.Time, 9, default), Is.Empty);
    }

    [Test]
    public async Task The_last_failures_of_a_tenant_are_as_many_as_were_asked_for_whoever_else_failed_since()
    {
        var mine = await RecordAsync(Some.Failure() with { TenantId = "acme" });
        await RecordAsync(Some.Failure() with { TenantId = "other", At = Some.Time.AddMinutes(1) });

        Assert.That(await _failures.NewestAsync(FailureBucket.Timeout, "acme", Some.Time, 1, default), Is.EqualTo(new[] { mine }));
    }

    [Test]
    public async Task The_failures_of_a_job_come_oldest_first()
    {
        var second = await RecordAsync(Some.Failure());
        var third = await RecordAsync(Some.Failure() with { JobId = second.JobId, At = Some.Time.AddMinutes(1) });
        var first = await RecordAsync(Some.Failure() with { JobId = second.JobId, At = Some.Time.AddDays(-1) });
        await RecordAsync(Some.Failure());

        Assert.That(await OfJobAsync(second), Is.EqualTo(new[] { first, second, third }));
        Assert.That(await _failures.OfJobAsync(Guid.NewGuid(), default), Is.Empty);
    }

    [Test]
    public async Task The_failures_of_a_job_are_removed_with_it()
    {
        var removed = await RecordAsync(Some.Failure());
        await RecordAsync(Some.Failure() with { JobId = removed.JobId });
        var kept = await RecordAsync(Some.Failure());
        var ofNone = await RecordAsync(Some.Failure() with { JobId = null });

        await _failures.RemoveOfJobAsync(removed.JobId!.Value, default);
        await _failures.RemoveOfJobAsync(removed.JobId!.Value, default);

        Assert.That(await OfJobAsync(removed), Is.Empty);
        Assert.That(await _failures.FindAsync(removed.Id, default), Is.Null);
        Assert.That(await OfJobAsync(kept), Is.EqualTo(new[] { kept }));
        Assert.That(await _failures.FindAsync(ofNone.Id, default), Is.EqualTo(ofNone));
        Assert.That((await CountAsync(Some.Time)).Values.Sum(), Is.EqualTo(2));
    }

    [Test]
    public async Task What_is_older_is_removed()
    {
        var kept = await RecordAsync(Some.Failure());
        var removed = await RecordAsync(Some.Failure() with { JobId = kept.JobId, At = Some.Time.AddMilliseconds(-1) });
        var alone = await RecordAsync(Some.Failure() with { At = Some.Time.AddDays(-1) });

        await _failures.RemoveAsync(Some.Time, default);
        await _failures.RemoveAsync(Some.Time, default);

        Assert.That(await OfJobAsync(kept), Is.EqualTo(new[] { kept }));
        Assert.That(await OfJobAsync(alone), Is.Empty);
        Assert.That((await CountAsync(DateTimeOffset.UnixEpoch)).Values.Sum(), Is.EqualTo(1));

        await RecordAsync(removed);
        Assert.That(await OfJobAsync(kept), Is.EqualTo(new[] { removed, kept }));
    }

    [Test]
    public async Task A_failure_of_no_job_is_counted_found_and_removed()
    {
        var failure = await RecordAsync(Some.Failure() with { JobId = null, TenantId = null, CorrelationId = null, Provider = null, Account = null });
        await RecordAsync(failure with { Bucket = FailureBucket.Quota });

        Assert.That(await _failures.FindAsync(failure.Id, default), Is.EqualTo(failure));
        Assert.That(await _failures.FindAsync("another", default), Is.Null);
        Assert.That(await CountAsync(Some.Time), Is.EqualTo(new Dictionary<FailureBucket, int> { [FailureBucket.Timeout] = 1 }));

        await _failures.RemoveAsync(Some.Time.AddSeconds(1), default);
        Assert.That(await _failures.FindAsync(failure.Id, default), Is.Null);
        Assert.That(await CountAsync(Some.Time), Is.Empty);
    }

    [Test]
    public async Task Failures_after_a_moment_are_counted_by_what_is_asked_of_them()
    {
        var failure = Some.Failure() with { At = Some.Time.AddMilliseconds(1) };
        await RecordAllAsync(
            failure,
            failure with { Id = "1", At = Some.Time },
            failure with { Id = "2", Bucket = FailureBucket.Quota },
            failure with { Id = "3", Provider = "other" },
            failure with { Id = "4", TenantId = "acme" },
            failure with { Id = Failure.DeadLetterId("5", 0), JobId = null, Provider = null, TenantId = null },
            failure with { Id = Failure.DeadLetterId("5", 2), JobId = null, Provider = null, TenantId = null },
            failure with { Id = "dead-letters" },
            failure with { Id = "dead" });
        var all = new FailureQuery { Since = Some.Time };

        Assert.That(await _failures.CountAsync(all, default), Is.EqualTo(8));
        Assert.That(await _failures.CountAsync(all with { Bucket = FailureBucket.Quota }, default), Is.EqualTo(1));
        Assert.That(await _failures.CountAsync(all with { Provider = "seedance" }, default), Is.EqualTo(5));
        Assert.That(await _failures.CountAsync(all with { TenantId = "acme" }, default), Is.EqualTo(1));
        Assert.That(await _failures.CountAsync(all with { OnlyDeadLetters = true }, default), Is.EqualTo(2));
        Assert.That(await _failures.CountAsync(all with { Bucket = FailureBucket.Timeout, Provider = "seedance", TenantId = "studio" }, default), Is.EqualTo(3));
    }

    private async Task RecordAllAsync(params Failure[] failures)
    {
        foreach (var failure in failures)
        {
            await _failures.RecordAsync(failure, default);
        }
    }

    private Task<IReadOnlyList<Failure>> OfJobAsync(Failure failure) => _failures.OfJobAsync(failure.JobId!.Value, default);

    private async Task<Failure> RecordAsync(Failure failure)
    {
        await _failures.RecordAsync(failure, default);
        return failure;
    }

    private Task<IReadOnlyDictionary<FailureBucket, int>> CountAsync(DateTimeOffset since) => _failures.CountAsync(since, default);
}
