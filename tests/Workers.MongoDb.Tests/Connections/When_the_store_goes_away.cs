using Microsoft.Extensions.Diagnostics.HealthChecks;
using Workers.Jobs;
using Workers.MongoDb.Health;
using Workers.MongoDb.Lifecycle;
using Workers.Testing;

namespace Workers.MongoDb.Tests.Connections;

[Category("Integration")]
internal sealed class When_the_store_goes_away
{
    [Test]
    public async Task What_is_asked_waits_and_is_answered_when_it_is_back()
    {
        await using var store = await StoreOnAWire.CreateAsync();
        var jobs = new MongoJobs(store.Store);
        var job = Some.Job();
        await jobs.AddAsync(job, default);

        store.Wire.Cut();
        var asked = jobs.FindAsync(job.CorrelationId, default);
        await Eventually.HoldsAsync(() => store.Store.Trouble is not null, () => "The store should be in trouble.");
        Assert.That(asked.IsCompleted, Is.False);
        Assert.That(store.Store.Trouble, Does.Contain("does not answer").And.Contain(store.Store.Database.DatabaseNamespace.DatabaseName));
        store.Wire.Mend();

        Assert.That((await asked)!.Generation, Is.EqualTo(job.Generation));
        Assert.That(store.Store.Trouble, Is.Null);
    }

    [Test]
    public async Task One_that_falls_silent_is_waited_for_as_well()
    {
        await using var store = await StoreOnAWire.CreateAsync();
        var jobs = new MongoJobs(store.Store);
        var job = Some.Job();
        await jobs.AddAsync(job, default);

        store.Wire.Freeze();
        var asked = jobs.FindAsync(job.CorrelationId, default);
        await Eventually.HoldsAsync(() => store.Store.Trouble is not null, () => "The store should be in trouble.");
        store.Wire.Thaw();

        Assert.That((await asked)!.Generation, Is.EqualTo(job.Generation));
    }

    [Test]
    public async Task Who_starts_while_it_is_away_begins_when_it_is_there()
    {
        await using var store = await StoreOnAWire.CreateAsync();
        store.Wire.Cut();
        var added = new MongoJobs(store.Store).AddAsync(Some.Job(), default);
        await Eventually.HoldsAsync(() => store.Store.Trouble is not null, () => "The store should be in trouble.");
        store.Wire.Mend();

        Assert.That(await added, Is.True);
    }

    [Test]
    public async Task Who_gives_up_waiting_is_let_go_at_once()
    {
        await using var store = await StoreOnAWire.CreateAsync();
        store.Wire.Cut();
        using var patience = new CancellationTokenSource();
        var asked = new MongoJobs(store.Store).FindAsync(Guid.NewGuid(), patience.Token);
        await patience.CancelAsync();

        Assert.That(() => asked, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Past_the_longest_wait_the_message_goes_back()
    {
        await using var store = await StoreOnAWire.CreateAsync(TimeSpan.FromMilliseconds(300));
        store.Wire.Cut();

        Assert.That(() => new MongoJobs(store.Store).FindAsync(Guid.NewGuid(), default), Throws.InstanceOf<StoreAwayException>());
    }

    [Test]
    public async Task Health_says_so_in_words_without_the_address_password()
    {
        await using var store = await StoreOnAWire.CreateAsync();
        var health = new StoreHealth(store.Store, store.Address);
        Assert.That((await health.CheckHealthAsync(new HealthCheckContext())).Status, Is.EqualTo(HealthStatus.Healthy));

        store.Wire.Cut();
        var ill = await health.CheckHealthAsync(new HealthCheckContext());
        store.Wire.Mend();
        await store.Store.RunAsync(_ => Task.FromResult(true), default);

        Assert.That(ill.Status, Is.EqualTo(HealthStatus.Unhealthy));
        Assert.That(ill.Description, Does.Contain("does not answer"));
        Assert.That((await health.CheckHealthAsync(new HealthCheckContext())).Status, Is.EqualTo(HealthStatus.Healthy));
    }
}
