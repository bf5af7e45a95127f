using Microsoft.Extensions.Hosting;

namespace Workers.Jobs;

/// <summary>A background role that looks again and again. A look that fails is logged, and the next finds the same work: the store or the broker was away.</summary>
internal abstract class RecurringRole(TimeSpan interval, TimeProvider time) : BackgroundService
{
    /// <summary>A look that takes longer is given up: a broker that was restarted may owe a confirmation for ever.</summary>
    protected virtual TimeSpan Patience => TimeSpan.FromMinutes(1);

    /// <summary>The first look comes at the start, and not after one interval.</summary>
    protected virtual bool LooksAtOnce => false;

    protected abstract Task LookAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Says what could not be done, and that the next look tries again.</summary>
    protected abstract void LogFailed(Exception fault);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        for (var isFirst = LooksAtOnce; isFirst || await timer.WaitForNextTickAsync(stoppingToken); isFirst = false)
        {
            try
            {
                using var look = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                look.CancelAfter(Patience);

                // Waited for here as well: what hangs on a connection that broke may never look at its token again, and the role would look no more.
                await LookAsync(time.Now(), look.Token).WaitAsync(look.Token);
            }
#pragma warning disable CA1031 // Whatever went wrong, the role must not end with it.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                // A process that ends closes its connection on whatever is in hand.
                if (!stoppingToken.IsCancellationRequested)
                {
                    LogFailed(fault);
                }
            }
        }
    }
}
