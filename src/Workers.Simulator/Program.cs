using Workers.Simulator.CommandLine;

return await new SimulatorCommand(Environment.GetEnvironmentVariable).Parse(args).InvokeAsync();
