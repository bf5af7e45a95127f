using System.Collections.Concurrent;
using MassTransit;

namespace Workers.RabbitMq.Sending;

/// <summary>
/// Watches whether the broker confirms what is sent. A client may wait for ever for a confirmation that a restarted broker owes, on a connection that looks well, so nothing else tells.
/// </summary>
internal sealed class Confirmations(TimeSpan alarm, TimeProvider time) : ISendObserver, IPublishObserver
{
    /// <summary>After so long without any send there is nothing left to be alarmed about.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);

    /// <summary>Each send under way, with its begin.</summary>
    private readonly ConcurrentDictionary<SendContext, DateTimeOffset> _waiting = new(ReferenceEqualityComparer.Instance);

    private readonly Lock _lock = new();
    private DateTimeOffset _unansweredSince;
    private DateTimeOffset _unansweredUntil;
    private int _unanswered;
    private DateTimeOffset _confirmedAt;

    /// <summary>What is wrong, in words; null while confirmations come.</summary>
    public string? Trouble()
    {
        var (now, since, count) = (time.GetUtcNow(), DateTimeOffset.MaxValue, 0);
        lock (_lock)
        {
            foreach (var (send, begun) in _waiting)
            {
                if (_confirmedAt - begun > alarm && _waiting.TryRemove(send, out _))
                {
                    continue; // others were confirmed since: this one was lost with its connection, and nobody waits for it any longer
                }

                since = begun < since ? begun : since;
                count++;
            }

            if (_unanswered > 0 && now - _unansweredUntil < Memory)
            {
                since = _unansweredSince < since ? _unansweredSince : since;
                count += _unanswered;
            }
        }

        return count > 0 && now - since > alarm
            ? FormattableString.Invariant($"The broker has confirmed nothing of {count} sends since {since:HH:mm:ss} UTC, for {(now - since).TotalSeconds:0} s.")
            : null;
    }

    public Task PreSend<T>(SendContext<T> context)
        where T : class => Begin(context);

    public Task PostSend<T>(SendContext<T> context)
        where T : class => Confirm(context);

    public Task SendFault<T>(SendContext<T> context, Exception exception)
        where T : class => GiveUp(context, exception);

    public Task PrePublish<T>(PublishContext<T> context)
        where T : class => Begin(context);

    public Task PostPublish<T>(PublishContext<T> context)
        where T : class => Confirm(context);

    public Task PublishFault<T>(PublishContext<T> context, Exception exception)
        where T : class => GiveUp(context, exception);

    private Task Begin(SendContext context)
    {
        _waiting.TryAdd(context, time.GetUtcNow());
        return Task.CompletedTask;
    }

    private Task Confirm(SendContext context)
    {
        if (_waiting.TryRemove(context, out _))
        {
            lock (_lock)
            {
                _unanswered = 0;
                _confirmedAt = time.GetUtcNow();
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>A send that ran out of time stays on the record until another is confirmed: those that are tried again begin anew, and would look young for ever.</summary>
    private Task GiveUp(SendContext context, Exception fault)
    {
        if (_waiting.TryRemove(context, out var begun) && fault is OperationCanceledException)
        {
            lock (_lock)
            {
                _unansweredSince = _unanswered == 0 || begun < _unansweredSince ? begun : _unansweredSince;
                _unansweredUntil = time.GetUtcNow();
                _unanswered++;
            }
        }

        return Task.CompletedTask;
    }
}
