using System.Globalization;
using NUnit.Framework;
using Workers.Benchmarks;
using Workers.Benchmarks.Lives;
using Workers.Benchmarks.Million;
using Workers.Benchmarks.Processes;
using Workers.Benchmarks.Rounds;
using Workers.Benchmarks.Telemetry;
using Workers.Testing.Broker;
using Workers.Testing.Stores;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
try
{
    switch (args)
    {
        case ["worker", .. var arguments]:
            return await Worker.RunAsync(arguments);
        case ["bus"]:
            await TestBroker.RequireAsync();
            await BusBenchmark.RunAsync();
            return 0;
        case ["lives", .. var numbers]:
            await TestBroker.RequireAsync();
            await LifeBenchmark.RunAsync((await TestStore.RequireAsync()).Url, Numbers(numbers));
            return 0;
        case ["telemetry", .. var numbers]:
            await TestBroker.RequireAsync();
            await TelemetryBenchmark.RunAsync((await TestStore.RequireAsync()).Url, Numbers(numbers));
            return 0;
        case ["rounds", .. var numbers]:
            await TestBroker.RequireAsync();
            return await RoundsBenchmark.RunAsync((await TestStore.RequireAsync()).Url, Numbers(numbers)) ? 0 : 1;
        case ["million", .. var numbers]:
            return await MillionBenchmark.RunAsync((await TestStore.RequireAsync()).Url, Numbers(numbers)) ? 0 : 1;
        default:
            Console.Error.WriteLine("Say what to measure: bus, lives, telemetry, rounds or million.");
            return 1;
    }
}
catch (IgnoreException missing)
{
    Console.Error.WriteLine(missing.Message);
    return 1;
}

// "jobs=1000 seconds=30": what a benchmark is made smaller or larger by.
static Dictionary<string, int> Numbers(string[] words) =>
    words.Select(word => word.Split('=')).ToDictionary(pair => pair[0], pair => int.Parse(pair[1], CultureInfo.InvariantCulture));
