using MassTransit.Context;
using Microsoft.Extensions.Time.Testing;
using Workers.RabbitMq.Sending;

namespace Workers.RabbitMq.Tests.Sending;

internal sealed class ConfirmationsTests
{
    private static readonly TimeSpan Alarm = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly Confirmations _confirmations;

    public ConfirmationsTests() => _confirmations = new Confirmations(Alarm, _time);

    [Test]
    public async Task AYoungSendAlarmsNobody()
    {
        await _confirmations.PreSend(Sending());
        _time.Advance(Alarm);
        Assert.That(_confirmations.Trouble(), Is.Null);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(_confirmations.Trouble(), Is.EqualTo("The broker has confirmed nothing of 1 sends since 03:04:05 UTC, for 11 s."));
    }

    [Test]
    public async Task AConfirmedSendIsForgotten()
    {
        var send = Sending();
        await _confirmations.PreSend(send);
        _time.Advance(Alarm * 2);
        await _confirmations.PostSend(send);
        Assert.That(_confirmations.Trouble(), Is.Null);
    }

    [Test]
    public async Task SendsThatAreTriedAgainDoNotMakeTheSilenceYounger()
    {
        for (var attempt = 0; attempt < 3; attempt++)
        {
            var send = Sending();
            await _confirmations.PreSend(send);
            _time.Advance(Alarm * 0.9);
            await _confirmations.SendFault(send, new OperationCanceledException());
        }

        Assert.That(_confirmations.Trouble(), Does.StartWith("The broker has confirmed nothing of 3 sends since 03:04:05 UTC"));
        var last = Sending();
        await _confirmations.PreSend(last);
        await _confirmations.PostSend(last);
        Assert.That(_confirmations.Trouble(), Is.Null, "they come again");
    }

    [Test]
    public async Task ASendThatFailsForAnotherReasonIsAnswered()
    {
        var send = Sending();
        await _confirmations.PreSend(send);
        await _confirmations.SendFault(send, new InvalidOperationException());
        _time.Advance(Alarm * 2);
        Assert.That(_confirmations.Trouble(), Is.Null);
    }

    [Test]
    public async Task WhereNothingIsSentAnyLongerTheAlarmEnds()
    {
        var send = Sending();
        await _confirmations.PreSend(send);
        _time.Advance(Alarm * 2);
        await _confirmations.SendFault(send, new OperationCanceledException());
        Assert.That(_confirmations.Trouble(), Is.Not.Null);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(_confirmations.Trouble(), Is.Null);
    }

    [Test]
    public async Task OneThatWasLostAlarmsNobodyOnceOthersAreConfirmed()
    {
        await _confirmations.PreSend(Sending());
        _time.Advance(Alarm * 2);
        Assert.That(_confirmations.Trouble(), Is.Not.Null);

        var later = Sending();
        await _confirmations.PreSend(later);
        await _confirmations.PostSend(later);
        Assert.That(_confirmations.Trouble(), Is.Null);

        await _confirmations.PreSend(Sending());
        _time.Advance(Alarm * 2);
        Assert.That(_confirmations.Trouble(), Does.StartWith("The broker has confirmed nothing of 1 sends since 03:04:25 UTC"));
    }

    private static MessageSendContext<string> Sending() => new("");
}
