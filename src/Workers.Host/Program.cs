using Workers.Host.Starting;

return await new HostCommand(Environment.GetEnvironmentVariable, (settings, error) => FleetProcess.RunAsync(settings, error)).RunAsync(args);
