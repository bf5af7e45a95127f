using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Workers.Jobs.Tests.Fleet;

/// <summary>The limit around a handler, on a bus in memory.</summary>
internal sealed class TimeLimitTests
{
    private static readonly TimeLimit Limit = new(TimeSpan.FromMilliseconds(100)) { Grace = TimeSpan.FromMilliseconds(100) };

    [Test]
    public async Task Work_that_heeds_it_is_called_off() =>
        Assert.That(await FaultOf(context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken)), Is.TypeOf<TookTooLongException>());

    [Test]
    public async Task Work_that_heeds_nothing_is_left_behind() =>
        Assert.That(await FaultOf(_ => new TaskCompletionSource().Task), Is.TypeOf<TookTooLongException>());

    [Test]
    public async Task What_fails_before_fails_as_it_does() => Assert.That(await FaultOf(_ => throw new InvalidOperationException()), Is.TypeOf<InvalidOperationException>());

    [Test]
    public async Task A_server_that_is_away_is_still_nobodys_fault() => Assert.That(
        await FaultOf(async context =>
        {
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
            }
            catch (OperationCanceledException)
            {
                throw new StoreAwayException("It was away.");
            }
        }),
        Is.TypeOf<StoreAwayException>());

    [Test]
    public async Task One_that_was_taken_back_too_often_is_given_up() =>
        Assert.That(await FaultOf(_ => new TaskCompletionSource().Task, new TakenTooOften(7)), Is.TypeOf<GivenUpException>().With.Message.Contains("7 times"));

    [Test]
    public async Task One_that_was_taken_back_too_often_and_is_done_in_time_is_done() => Assert.That(await FaultOf(_ => Task.CompletedTask, new TakenTooOften(7)), Is.Null);

    /// <summary>What comes out of the limit around this work; null where it was done.</summary>
    private static async Task<Exception?> FaultOf(MessageHandler<Work> work, TakenTooOften? taken = null)
    {
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        var seen = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var bus = Bus.Factory.CreateUsingInMemory(bus => bus.ReceiveEndpoint("work", endpoint =>
        {
            endpoint.PublishFaults = false;
            endpoint.DiscardFaultedMessages();
            if (taken is not null)
            {
                endpoint.ConfigureReceive(pipe => pipe.UseExecute(receive => receive.GetOrAddPayload(() => taken)));
            }

            MessageFilters.Use(endpoint, services, typeof(Sees<>), seen);
            MessageFilters.Use(endpoint, services, typeof(TimeLimitFilter<>), Limit);
            endpoint.Handler(work);
        }));
        await bus.StartAsync();
        try
        {
            await bus.Publish(new Work());
            return await seen.Task.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System);
        }
        finally
        {
            await bus.StopAsync();
        }
    }

    public sealed record Work;

    private sealed class Sees<T>(TaskCompletionSource<Exception?> seen) : IFilter<ConsumeContext<T>>
        where T : class
    {
        public void Probe(ProbeContext context) => context.CreateFilterScope("sees");

        public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
        {
            try
            {
                await next.Send(context);
                seen.TrySetResult(null);
            }
            catch (Exception fault)
            {
                seen.TrySetResult(fault);
                throw;
            }
        }
    }
}
