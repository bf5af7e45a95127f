using System.Collections.Concurrent;
using Workers.Jobs;
using Workers.MongoDb.Connections;
using Workers.Testing;

namespace Workers.MongoDb.Tests.Connections;

internal sealed class BatchesTests
{
    private readonly ConcurrentQueue<int[]> _sent = [];
    private readonly TaskCompletionSource _answers = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Test]
    public async Task WhatComesAloneIsSentAtOnce()
    {
        _answers.SetResult();
        var batches = Doubling();

        Assert.That(await batches.AskAsync(4, default), Is.EqualTo(8));
        Assert.That(await batches.AskAsync(5, default), Is.EqualTo(10));
        Assert.That(_sent, Is.EqualTo(new int[][] { [4], [5] }));
    }

    [Test]
    public async Task WhatComesMeanwhileGoesTogetherAndEachIsAnsweredForItself()
    {
        var batches = Doubling(atMost: 3);
        var first = batches.AskAsync(1, default);
        await Eventually.HoldsAsync(() => _sent.Count == 1, () => "The first should be sent.");
        var others = Enumerable.Range(2, 5).Select(number => batches.AskAsync(number, default)).ToList();
        _answers.SetResult();

        Assert.That(await first, Is.EqualTo(2));
        Assert.That(await Task.WhenAll(others), Is.EqualTo(Enumerable.Range(2, 5).Select(number => 2 * number)));
        Assert.That(_sent, Is.EqualTo(new int[][] { [1], [2, 3, 4], [5, 6] }));
    }

    [Test]
    public async Task WhatCannotBeDoneFailsAloneAndNotItsNeighbours()
    {
        var batches = Doubling();
        var first = batches.AskAsync(1, default);
        await Eventually.HoldsAsync(() => _sent.Count == 1, () => "The first should be sent.");
        var (good, bad) = (batches.AskAsync(2, default), batches.AskAsync(-3, default));
        _answers.SetResult();

        await first;
        Assert.That(await good, Is.EqualTo(4));
        Assert.That(() => bad, Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public async Task AStoreThatIsAwayIsAwayForAllAndNotAskedForEach()
    {
        var asked = 0;
        var batches = new Batches<int, int>(
            async (_, _) =>
            {
                Interlocked.Increment(ref asked);
                await _answers.Task;
                throw new StoreAwayException("away");
            });
        var first = batches.AskAsync(1, default);
        await Eventually.HoldsAsync(() => asked == 1, () => "It should be asked.");
        Task<int>[] others = [batches.AskAsync(2, default), batches.AskAsync(3, default)];
        _answers.SetResult();

        Assert.That(() => first, Throws.InstanceOf<StoreAwayException>());
        Assert.That(() => others[0], Throws.InstanceOf<StoreAwayException>());
        Assert.That(() => others[1], Throws.InstanceOf<StoreAwayException>());
        Assert.That(asked, Is.EqualTo(2));
    }

    [Test]
    public async Task WhoGivesUpIsLetGoAndTheOthersAreAnswered()
    {
        var batches = Doubling();
        using var patience = new CancellationTokenSource();
        var (gone, stays) = (batches.AskAsync(1, patience.Token), batches.AskAsync(2, default));
        await patience.CancelAsync();
        Assert.That(() => gone, Throws.InstanceOf<OperationCanceledException>());
        _answers.SetResult();

        Assert.That(await stays, Is.EqualTo(4));
    }

    private Batches<int, int> Doubling(int atMost = 100) => new(
        async (numbers, _) =>
        {
            _sent.Enqueue([.. numbers]);
            await _answers.Task;
            numbers.ToList().ForEach(number => ArgumentOutOfRangeException.ThrowIfNegative(number));
            return [.. numbers.Select(number => 2 * number)];
        },
        atMost);
}
