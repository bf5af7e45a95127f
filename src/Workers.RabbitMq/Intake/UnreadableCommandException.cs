using System.Globalization;
using System.Runtime.Serialization;
using Workers.Contracts;

namespace Workers.RabbitMq.Intake;

/// <summary>A body is not the command that its queue takes. Its words are kept with the message, so they repeat no content.</summary>
internal sealed class UnreadableCommandException(string command, IReadOnlyList<InputFault> faults) : SerializationException(Explain(command, faults))
{
    private const int MostFaults = 10;

    /// <summary>What is wrong with it.</summary>
    public IReadOnlyList<InputFault> Faults => faults;

    private static string Explain(string command, IReadOnlyList<InputFault> faults)
    {
        var further = faults.Count > MostFaults ? string.Create(CultureInfo.InvariantCulture, $" And {faults.Count - MostFaults} more.") : "";
        return $"The body is no {command}. {string.Join(' ', faults.Take(MostFaults))}{further}";
    }
}
