using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RabbitMQ.Client.Exceptions;
using Workers.Host.Starting;
using Workers.Host.Tests.Support;
using Workers.Jobs.Failpoints;
using Workers.Testing.Broker;

namespace Workers.Host.Tests.Shutdown;

/// <summary>In this process, since only a test can make a consumer deaf.</summary>
[Category("Integration")]
internal sealed class When_a_consumer_hangs : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("workers-host-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Test]
    public async Task The_process_ends_all_the_same_and_the_message_is_back_in_its_queue()
    {
        await using var broker = await VirtualHost.CreateAsync();
        await using var simulator = await BusyProvider.StartAsync("delay 1s");
        var settings = BusyProvider.Settings(simulator, broker, _folder.FullName, grace: TimeSpan.FromSeconds(3));
        foreach (var (key, value) in settings)
        {
            await File.WriteAllTextAsync(Path.Combine(_folder.FullName, key.Replace(":", "__", StringComparison.Ordinal)), value);
        }

        var deaf = new Deaf();
        var lifetime = new TaskCompletionSource<IHostApplicationLifetime>();
        var running = Task.Run(() => FleetProcess.RunAsync(
            new HostSettings { Configurations = [_folder.FullName], Urls = "http://127.0.0.1:0" },
            TestContext.Error,
            services => services.AddSingleton<IFailpoints>(deaf).AddSingleton<IHostedService>(provider => new Told(provider.GetRequiredService<IHostApplicationLifetime>(), lifetime))));
        var process = await lifetime.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await Eventually.HoldsAsync(() => IsConsumedAsync(broker), () => "The process should take submissions.");
        await BusyProvider.SubmitAsync(broker, 1);
        await deaf.Reached.WaitAsync(TimeSpan.FromSeconds(30));

        var asked = TimeProvider.System.GetTimestamp();
        process.StopApplication();
        Assert.That(await running.WaitAsync(TimeSpan.FromSeconds(30)), Is.Zero);
        Assert.That(TimeProvider.System.GetElapsedTime(asked).TotalSeconds, Is.InRange(2, 5));
        await Eventually.HoldsAsync(async () => await broker.CountAsync("workers-start-job") == 1, () => "The message should be back.");
    }

    private static async Task<bool> IsConsumedAsync(VirtualHost broker)
    {
        await using var connection = await broker.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        try
        {
            return await channel.ConsumerCountAsync("workers-submit-job") == 1;
        }
        catch (OperationInterruptedException)
        {
            return false;
        }
    }

    /// <summary>Waits for ever, whoever asks it to stop.</summary>
    private sealed class Deaf : IFailpoints
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public async Task ReachAsync(string failpoint, CancellationToken cancellationToken)
        {
            if (failpoint == Failpoint.BeforeCall)
            {
                _reached.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, CancellationToken.None);
            }
        }
    }

    private sealed class Told(IHostApplicationLifetime lifetime, TaskCompletionSource<IHostApplicationLifetime> told) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            told.TrySetResult(lifetime);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
