using Workers.Jobs.Lifecycle;

namespace Workers.Testing.Stores;

/// <summary>What every store of jobs does for the sweep.</summary>
public abstract partial class JobsContract
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1);

    [Test]
    public async Task Jobs_are_taken_once_their_time_has_come_the_longest_due_first()
    {
        var soon = await DueAsync(Some.Time);
        var late = await DueAsync(Some.Time.AddDays(-2));
        await DueAsync(Some.Time + Instant);
        await AddedAsync();
        var later = await DueAsync(Some.Time.AddHours(-1));

        var taken = await TakeAsync(Some.Time);

        Assert.That(Ids(taken), Is.EqualTo(Ids(late, later, soon)));
    }

    [Test]
    public async Task Jobs_are_counted_by_state_but_for_those_that_ended()
    {
        await InStateAsync(nameof(JobLifecycle.Running), Some.Time, Some.Time.AddDays(1));
        await InStateAsync(nameof(JobLifecycle.Running), Some.Time, Some.Time.AddDays(1));
        await InStateAsync(nameof(JobLifecycle.Blocked), Some.Time, nextCheckAt: null);
        await InStateAsync(nameof(JobLifecycle.Succeeded), Some.Time, nextCheckAt: null);

        Assert.That(
            await _jobs.CountLiveAsync(default),
            Is.EquivalentTo(new Dictionary<string, long> { [nameof(JobLifecycle.Running)] = 2, [nameof(JobLifecycle.Blocked)] = 1 }));
    }

    [Test]
    public async Task The_job_that_waits_for_longest_tells_since_when()
    {
        Assert.That(await _jobs.OldestWaitingAsync(default), Is.Null);

        await InStateAsync(nameof(JobLifecycle.Waiting), Some.Time.AddMinutes(2), Some.Time.AddDays(1));
        await InStateAsync(nameof(JobLifecycle.Waiting), Some.Time.AddMinutes(1), Some.Time.AddDays(2));
        await InStateAsync(nameof(JobLifecycle.Running), Some.Time, Some.Time.AddDays(1));

        Assert.That(await _jobs.OldestWaitingAsync(default), Is.EqualTo(Some.Time.AddMinutes(1)));
    }

    private Task<Job> InStateAsync(string state, DateTimeOffset since, DateTimeOffset? nextCheckAt) => AddedAsync(job => (job.State, job.ChangedAt, job.NextCheckAt) = (state, since, nextCheckAt));

    [Test]
    public async Task No_more_jobs_are_taken_than_asked_for_and_the_others_stay_due()
    {
        var second = await DueAsync(Some.Time.AddMinutes(-2));
        var third = await DueAsync(Some.Time.AddMinutes(-1));
        var first = await DueAsync(Some.Time.AddMinutes(-3));

        Assert.That(Ids(await _jobs.TakeDueAsync(Some.Time, Longest, 2, default)), Is.EqualTo(Ids(first, second)));
        Assert.That(Ids(await _jobs.TakeDueAsync(Some.Time, Longest, 2, default)), Is.EqualTo(Ids(third)));
    }

    [TestCase(60, 120)]
    [TestCase(300, 600)]
    [TestCase(301, 600)]
    [TestCase(900, 600)]
    public async Task The_next_check_of_a_taken_job_is_an_interval_from_now_and_the_interval_doubles(int seconds, int doubled)
    {
        var interval = TimeSpan.FromSeconds(seconds);
        var job = await AddedAsync(job =>
        {
            job.NextCheckAt = Some.Time.AddDays(-1);
            job.CheckInterval = interval;
        });

        var taken = await TakeAsync(Some.Time);

        job.NextCheckAt = Some.Time + interval;
        job.CheckInterval = TimeSpan.FromSeconds(doubled);
        Assert.That(Members.Of(taken[0]), Is.EqualTo(Members.Of(job)));
        Assert.That(Members.Of(await FindAsync(job)), Is.EqualTo(Members.Of(job)));
    }

    [Test]
    public async Task A_taken_job_is_due_again_an_interval_later()
    {
        var job = await DueAsync(Some.Time.AddDays(-1));
        await TakeAsync(Some.Time);

        Assert.That(await TakeAsync(Some.Time), Is.Empty);
        Assert.That(await TakeAsync(Some.Time + job.CheckInterval - Instant), Is.Empty);
        Assert.That(Ids(await TakeAsync(Some.Time + job.CheckInterval)), Is.EqualTo(Ids(job)));
        Assert.That(await TakeAsync(Some.Time + job.CheckInterval), Is.Empty);
    }

    [Test]
    public async Task Of_many_who_take_due_jobs_one_gets_each()
    {
        var due = await Race.AllAsync(item => DueAsync(Some.Time.AddMinutes(-item)));

        var answers = await Race.OfAsync((_, _) => _jobs.TakeDueAsync(Some.Time, Longest, 1, default));

        var taken = answers.SelectMany(callers => callers).SelectMany(jobs => jobs);
        Assert.That(Ids(taken.Concat(await TakeAsync(Some.Time))), Is.EquivalentTo(Ids(due)));
    }

    [Test]
    public async Task A_taken_job_can_still_be_replaced_by_who_read_it_before()
    {
        var read = await DueAsync(Some.Time);
        await TakeAsync(Some.Time);

        read.Version++;
        read.NextCheckAt = Some.Time.AddMinutes(30);

        Assert.That(await _jobs.ReplaceAsync(read, default), Is.True);
        Assert.That((await FindAsync(read)).NextCheckAt, Is.EqualTo(Some.Time.AddMinutes(30)));
        Assert.That(await TakeAsync(Some.Time.AddMinutes(29)), Is.Empty);
        Assert.That(Ids(await TakeAsync(Some.Time.AddMinutes(30))), Is.EqualTo(Ids(read)));
    }

    [Test]
    public async Task A_job_that_is_replaced_without_a_next_check_is_never_due()
    {
        var job = await DueAsync(Some.Time);
        job.Version++;
        job.NextCheckAt = null;
        await _jobs.ReplaceAsync(job, default);

        Assert.That(await TakeAsync(Some.Time.AddYears(1)), Is.Empty);
    }

    [Test]
    public async Task A_replacement_that_lost_leaves_a_job_due()
    {
        var job = await DueAsync(Some.Time);
        job.NextCheckAt = null;
        await _jobs.ReplaceAsync(job, default);

        Assert.That(Ids(await TakeAsync(Some.Time)), Is.EqualTo(Ids(job)));
    }

    private Task<Job> DueAsync(DateTimeOffset at) => AddedAsync(job => job.NextCheckAt = at);

    private Task<IReadOnlyList<Job>> TakeAsync(DateTimeOffset now) => _jobs.TakeDueAsync(now, Longest, 1000, default);
}
