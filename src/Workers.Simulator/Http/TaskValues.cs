using System.Globalization;
using System.Text.Json;
using Workers.Simulator.Tasks;

namespace Workers.Simulator.Http;

/// <summary>Writes a task's numbers and times as ModelArk does, or as a gateway before it may.</summary>
internal static class TaskValues
{
    /// <summary>A film of whole seconds has one frame more than they have.</summary>
    private const decimal Frame = 0.04m;

    public static void WriteNumber(Utf8JsonWriter writer, string name, GenerationTask task, long number)
    {
        if (task.Trait<Fault.TextNumbers>() is not null)
        {
            writer.WriteString(name, number.ToString(CultureInfo.InvariantCulture));
        }
        else
        {
            writer.WriteNumber(name, number);
        }
    }

    public static void WriteSeconds(Utf8JsonWriter writer, string name, GenerationTask task, int seconds)
    {
        if (task.Trait<Fault.FractionNumbers>() is not null)
        {
            writer.WriteNumber(name, seconds + Frame);
        }
        else
        {
            WriteNumber(writer, name, task, seconds);
        }
    }

    public static void WriteTime(Utf8JsonWriter writer, string name, GenerationTask task, DateTimeOffset at)
    {
        if (task.Trait<Fault.MissingTimes>() is not null)
        {
            return;
        }

        if (task.Trait<Fault.IsoTimes>() is not null)
        {
            writer.WriteString(name, at.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        }
        else if (task.Trait<Fault.FractionNumbers>() is not null)
        {
            writer.WriteNumber(name, at.ToUnixTimeMilliseconds() / 1000m);
        }
        else
        {
            WriteNumber(writer, name, task, at.ToUnixTimeSeconds());
        }
    }
}
