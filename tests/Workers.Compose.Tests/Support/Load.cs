using System.Globalization;

namespace Workers.Compose.Tests.Support;

/// <summary>Jobs of a tenant of its own, 20 a second, each of which must end once and be paid for once.</summary>
internal sealed class Load
{
    private const int PerSecond = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Stack _stack;
    private readonly int _jobs;
    private readonly string _tenant = string.Create(CultureInfo.InvariantCulture, $"t-{Guid.NewGuid():N}");
    private readonly Counts _before;
    private readonly Task _submitting;
    private readonly List<Event> _events = [];
    private int _submitted;

    private Load(Stack stack, int jobs, Counts before)
    {
        _stack = stack;
        _jobs = jobs;
        _before = before;
        _submitting = SubmitAsync();
    }

    public static async Task<Load> StartAsync(Stack stack, int jobs)
    {
        var load = new Load(stack, jobs, await stack.Provider.CountAsync());
        await Eventually.HoldsAsync(() => Task.FromResult(load._submitted > 0), () => "Nothing is submitted.", Patience);
        return load;
    }

    /// <summary>Waits until so many are submitted.</summary>
    public Task ReachesAsync(int submitted) => Eventually.HoldsAsync(
        () => Task.FromResult(Volatile.Read(ref _submitted) >= submitted || _submitting.IsFaulted), () => $"Only {_submitted} jobs are submitted.", Patience);

    /// <summary>Waits until every job has been told to have ended, and asserts that none was lost, told twice with other words, or paid twice.</summary>
    public async Task EndsAsOneJobEachAsync()
    {
        await _submitting;
        await Eventually.HoldsAsync(async () => (await EndedAsync()).Count == _jobs, () => $"{_jobs} jobs were submitted; heard of: {Told()}.", Patience);
        await Eventually.HoldsAsync(async () => (await _stack.Provider.CountAsync()).Succeeded - _before.Succeeded >= _jobs, () => "The provider has fewer tasks than there are jobs.", Patience);
        var after = await _stack.Provider.CountAsync();

        Assert.That(_events.Where(told => told.Word is "job-failed" or "job-blocked" or "job-cancelled"), Is.Empty, "all succeed");
        Assert.That(_events.Where(told => told.Word == "job-succeeded").DistinctBy(told => told.MessageId).Count(), Is.EqualTo(_jobs), "one end each, whose repeats have its id");
        Assert.That(after.Succeeded - _before.Succeeded, Is.EqualTo(_jobs), "one paid task each");
        Assert.That(after.JobsPaidTwice, Is.Zero, "and never two");
    }

    private async Task SubmitAsync()
    {
        await _stack.Upstream.SubscribeAsync(_tenant);
        using var beat = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / PerSecond), TimeProvider.System);
        List<Task> sent = [];
        for (var number = 1; number <= _jobs && await beat.WaitForNextTickAsync(); number++)
        {
            sent.Add(_stack.Upstream.SubmitAsync(_tenant, number));
            Volatile.Write(ref _submitted, number);
        }

        await Task.WhenAll(sent);
    }

    private async Task<HashSet<string?>> EndedAsync()
    {
        _events.AddRange(await _stack.Upstream.TakeAsync(_tenant));
        return [.. _events.Where(told => told.Word is "job-succeeded" or "job-failed" or "job-cancelled").Select(told => told.JobId)];
    }

    private string Told() => string.Join(", ", _events.DistinctBy(told => told.MessageId).CountBy(told => told.Word).Select(word => $"{word.Value} {word.Key}"));
}
