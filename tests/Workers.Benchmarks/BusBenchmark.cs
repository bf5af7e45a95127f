using Workers.Testing.Broker;

namespace Workers.Benchmarks;

/// <summary>
/// Messages through one endpoint beside the client alone, in turns; the same endpoint without and with poison, in turns; then jobs through their whole life on stores in memory. Each in a
/// virtual host of its own.
/// </summary>
internal static class BusBenchmark
{
    private const int Pairs = 5;
    private const int PoisonPairs = 10;
    private const int PoisonEvery = 100;
    private const int Messages = 20_000;
    private const int Jobs = 3_000;

    public static async Task RunAsync()
    {
        await using (var host = await VirtualHost.CreateAsync())
        {
            var raw = new RawRun(host.Url);
            await using var endpoint = await EndpointRun.StartAsync(host.Url);
            await raw.RunAsync(Messages / 4);
            await endpoint.RunAsync(Messages / 4);

            List<(double Raw, double Endpoint)> pairs = [];
            for (var pair = 1; pair <= Pairs; pair++)
            {
                pairs.Add((await raw.RunAsync(Messages), await endpoint.RunAsync(Messages)));
                Console.WriteLine($"pair {pair}: RabbitMQ.Client {pairs[^1].Raw:N0} messages/s, the fleet's endpoint {pairs[^1].Endpoint:N0} messages/s, ratio {pairs[^1].Endpoint / pairs[^1].Raw:F2}");
            }

            Console.WriteLine($"median: RabbitMQ.Client {Median(pairs.Select(pair => pair.Raw)):N0} messages/s, the fleet's endpoint {Median(pairs.Select(pair => pair.Endpoint)):N0} messages/s, ratio {Median(pairs.Select(pair => pair.Endpoint / pair.Raw)):F2}");
        }

        await using (var host = await VirtualHost.CreateAsync())
        {
            await using var endpoint = await EndpointRun.StartAsync(host.Url);
            await endpoint.RunAsync(Messages / 4, PoisonEvery);
            List<double> ratios = [];
            for (var pair = 1; pair <= PoisonPairs; pair++)
            {
                // Every second pair the other way round: whichever comes first must not gain by it.
                var (first, second) = (await endpoint.RunAsync(Messages, pair % 2 == 0 ? PoisonEvery : 0), await endpoint.RunAsync(Messages, pair % 2 == 0 ? 0 : PoisonEvery));
                ratios.Add(pair % 2 == 0 ? first / second : second / first);
            }

            // Of ten values the second and the ninth enclose the median with a probability of 97.9 %.
            ratios.Sort();
            Console.WriteLine($"1 % of poison: {Median(ratios):P0} of the rate without it (median of {PoisonPairs} pairs, 97.9 % interval {ratios[1]:P0} to {ratios[^2]:P0})");
        }

        await using (var host = await VirtualHost.CreateAsync())
        {
            await using var life = await LifeRun.StartAsync(host.Url);
            await life.RunAsync("warm-up", Jobs / 3);
            for (var run = 1; run <= 3; run++)
            {
                Console.WriteLine(await life.RunAsync($"run-{run}", Jobs));
            }
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
