using System.Diagnostics;
using MassTransit;
using Workers.Contracts;

namespace Workers.CrashingWorker;

/// <summary>What a message does to the process that handles it: kills it at once, as a fault in native code does, or never comes to an end, whoever asks.</summary>
internal sealed class Trap : IConsumeObserver
{
    public async Task PreConsume<T>(ConsumeContext<T> context)
        where T : class
    {
        switch (context.Message)
        {
            case SubmitJob { IdempotencyKey: "crash" }:
                using (var self = Process.GetCurrentProcess())
                {
                    self.Kill();
                }

                break;
            case SubmitJob { IdempotencyKey: "hang" }:
                Console.WriteLine("Hanging");
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, CancellationToken.None);
                break;
        }
    }

    public Task PostConsume<T>(ConsumeContext<T> context)
        where T : class => Task.CompletedTask;

    public Task ConsumeFault<T>(ConsumeContext<T> context, Exception exception)
        where T : class => Task.CompletedTask;
}
