using MassTransit;
using Workers.CrashingWorker;
using Workers.Host.Starting;

// The real worker, but for what a message with the key "crash" or "hang" does to it.
return await new HostCommand(Environment.GetEnvironmentVariable, (settings, error) => FleetProcess.RunAsync(settings, error, services => services.AddConsumeObserver<Trap>())).RunAsync(args);
