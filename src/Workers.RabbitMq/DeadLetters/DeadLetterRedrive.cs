using RabbitMQ.Client.Exceptions;
using Workers.RabbitMq.Connections;
using Workers.RabbitMq.Topology;

namespace Workers.RabbitMq.DeadLetters;

/// <summary>
/// Sends dead letters back to the queues that they came from: a few first, which must not fail again, then the others at an even pace. Each is confirmed by the broker before it is taken from where
/// it lay, one at a time: whenever this process dies, none is lost and at most one is there twice.
/// </summary>
public sealed class DeadLetterRedrive(BrokerAddress broker, FleetTopology topology, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <param name="request">What, and how.</param>
    /// <param name="news">Told what happens, in order.</param>
    /// <param name="stop">Stops between two messages.</param>
    public async Task<RedriveReport> RunAsync(RedriveRequest request, IProgress<RedriveNews> news, CancellationToken stop)
    {
        await using var held = await HeldLetters.OpenAsync(broker, request.Query.PlacesIn(topology), stop);
        await using var watch = request is { Canary: > 0, DryRun: false } ? await CanaryWatch.StartAsync(held.Connection, stop) : null;
        var (sent, left, began) = (0, 0, time.GetTimestamp());
        try
        {
            await foreach (var letter in held.TakeAsync(stop))
            {
                if (!request.Query.Matches(letter.Letter))
                {
                    continue;
                }

                if (await SendAsync(held, letter, request, isCanary: sent < request.Canary) is { } obstacle)
                {
                    left++;
                    news.Report(new RedriveNews.Left(letter.Letter, obstacle));
                    continue;
                }

                sent++;
                watch?.Expect(letter.Letter);
                news.Report(new RedriveNews.Sent(letter.Letter, sent));
                if (sent == request.Canary && watch is not null)
                {
                    if (await WatchAsync(held, watch, letter.Letter, sent, request, news, stop) is { } failed)
                    {
                        return Report(failed);
                    }

                    began = time.GetTimestamp();
                }

                if (sent == request.Limit)
                {
                    break;
                }

                await PaceAsync(began, sent - Math.Min(sent, request.Canary), request, stop);
            }

            // Fewer than were to go first: still somebody wants to know.
            return Report(watch is not null && sent > 0 && sent < request.Canary ? await WatchAsync(held, watch, null, sent, request, news, stop) : null);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Report(failed: null, stopped: true);
        }

        RedriveReport Report(DeadLetter? failed, bool stopped = false) =>
            new() { Sent = sent, Left = left, FailedAgain = failed, NotLookedAt = held.NotTaken, Stopped = stopped };
    }

    /// <summary>Sends one, confirmed, and takes it from where it lay; nothing stops it in between.</summary>
    /// <returns>Why it was not sent.</returns>
    private async Task<string?> SendAsync(HeldLetters held, HeldLetter letter, RedriveRequest request, bool isCanary)
    {
        if (letter.Letter.Queue is not { } queue)
        {
            return "nothing on it tells which queue it came from";
        }

        if (letter.Letter.Redriven >= request.Most)
        {
            return FormattableString.Invariant($"it was redriven {letter.Letter.Redriven} times already");
        }

        if (request.DryRun)
        {
            return null;
        }

        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        try
        {
            var properties = RedriveProperties.Of(letter, request.By, time.GetUtcNow(), isCanary, held.Connection.FrameMax);
            await held.Channel.BasicPublishAsync("", queue, mandatory: true, properties, letter.Got.Body, patience.Token);
        }
        catch (PublishException refusal) when (refusal.IsReturn)
        {
            return $"there is no queue {queue}";
        }
        catch (OperationCanceledException fault)
        {
            throw new TimeoutException($"The broker did not confirm a message within {Patience}. It lies where it lay, and may be in its queue too.", fault);
        }

        await held.RemoveAsync(letter);
        return null;
    }

    private async Task<DeadLetter?> WatchAsync(HeldLetters held, CanaryWatch watch, DeadLetter? last, int canaries, RedriveRequest request, IProgress<RedriveNews> news, CancellationToken stop)
    {
        if (last?.Queue is { } queue && await HeldLetters.FindAsync(held.Connection, queue, stop) is { ConsumerCount: 0 })
        {
            news.Report(new RedriveNews.NobodyConsumes(queue));
        }

        news.Report(new RedriveNews.Watching(canaries, request.CanaryWait));
        return await watch.WaitAsync(request.CanaryWait, time, stop);
    }

    private async Task PaceAsync(long began, int sent, RedriveRequest request, CancellationToken stop)
    {
        var ahead = TimeSpan.FromSeconds(sent / request.Rate) - time.GetElapsedTime(began);
        if (ahead > TimeSpan.Zero && !request.DryRun)
        {
            await Task.Delay(ahead, time, stop);
        }

        stop.ThrowIfCancellationRequested();
    }
}
