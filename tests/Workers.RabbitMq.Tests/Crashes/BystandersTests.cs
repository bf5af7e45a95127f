using System.Reflection;
using MassTransit;
using MassTransit.Serialization;
using Workers.Providers;
using Workers.RabbitMq.Crashes;

namespace Workers.RabbitMq.Tests.Crashes;

internal sealed class BystandersTests
{
    private readonly Bystanders _bystanders = new(new Chance(1));

    [TestCase(false, 5L, null)]
    [TestCase(false, 5L, 5L)]
    [TestCase(true, null, 9L)]
    [TestCase(true, 5L, 2L)]
    [TestCase(true, 2L, 9L)]
    public void WhatOnlyItsSenderSaysOrTheBrokerCountsOtherwiseWaitsForNobody(bool redelivered, object? deliveries, object? acquired) =>
        Assert.That(_bystanders.Send(Delivery.Of(redelivered, deliveries, acquired), Pipe.Empty<ReceiveContext>()).IsCompletedSuccessfully);

    [TestCase(3L, 4L)]
    [TestCase(5, null)]
    public void WhatTheBrokerHasHandedOverAgainAndAgainTakesTurns(object? deliveries, object? acquired) =>
        Assert.That(_bystanders.Send(Delivery.Of(true, deliveries, acquired), Pipe.Empty<ReceiveContext>()).IsCompleted, Is.False);

    [Test]
    public async Task OneIsHandledAloneAndTheInnocentAreSoonHandledTogether()
    {
        var (turns, gate) = (new List<int>(), new Lock());
        var now = 0;
        var began = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => _bystanders.Send(Delivery.Of(true, 5L, 5L), Pipe.ExecuteAsync<ReceiveContext>(async _ =>
        {
            lock (gate)
            {
                turns.Add(++now);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            lock (gate)
            {
                now--;
            }
        }))));

        Assert.That(turns, Has.Count.EqualTo(100));
        Assert.That(turns[..3], Is.EqualTo([1, 1, 2]), "one, then two");
        Assert.That(TimeProvider.System.GetElapsedTime(began).TotalSeconds, Is.LessThan(4), "one by one they take 5.3 s at the least, and 7 with their work");
    }

    /// <summary>A message as the broker hands it over.</summary>
#pragma warning disable CA1852 // The proxy is generated as a class that derives from it.
    public class Delivery : DispatchProxy
    {
        private readonly Dictionary<string, object?> _headers = new(StringComparer.OrdinalIgnoreCase);
        private bool _redelivered;

        public static ReceiveContext Of(bool redelivered, object? deliveries, object? acquired)
        {
            var made = Create<ReceiveContext, Delivery>();
            var delivery = (Delivery)(object)made;
            delivery._redelivered = redelivered;
            delivery._headers["x-delivery-count"] = deliveries;
            delivery._headers["x-acquired-count"] = acquired;
            return made;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
        {
            "get_Redelivered" => _redelivered,
            "get_TransportHeaders" => new DictionarySendHeaders(_headers.Where(header => header.Value is not null).ToDictionary(header => header.Key, header => header.Value, StringComparer.OrdinalIgnoreCase)),
            "get_CancellationToken" => CancellationToken.None,
            _ => throw new NotSupportedException(targetMethod.Name),
        };
    }
#pragma warning restore CA1852
}
