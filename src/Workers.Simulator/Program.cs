using Workers.Simulator;

await using var simulator = await ModelArkSimulator.StartAsync(new SimulatorOptions { Port = 8090 }, new ScaledTime(30), CancellationToken.None);
await Console.Out.WriteLineAsync(simulator.BaseAddress.ToString());
await Console.In.ReadLineAsync();
