using Workers.Host.Starting;

return await new HostCommand(Environment.GetEnvironmentVariable, FleetProcess.RunAsync).RunAsync(args);
