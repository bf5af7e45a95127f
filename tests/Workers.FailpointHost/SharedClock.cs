using System.Globalization;
using Workers.Simulator;

namespace Workers.FailpointHost;

/// <summary>A fast clock that shows the same in all processes, told by the environment: <c>SCALE ORIGIN</c>.</summary>
internal static class SharedClock
{
    public const string Variable = "WORKERS_TEST_CLOCK";

    public static string Write(double scale, DateTimeOffset origin) => string.Create(CultureInfo.InvariantCulture, $"{scale} {origin:O}");

    public static ScaledTime Read(string words) => words.Split(' ') is [var scale, var origin]
        ? new ScaledTime(double.Parse(scale, CultureInfo.InvariantCulture), DateTimeOffset.ParseExact(origin, "O", CultureInfo.InvariantCulture))
        : throw new FormatException($"{Variable} should be a scale and a time.");
}
