using System.Collections;
using System.Security.Cryptography;
using RabbitMQ.Client;
using Workers.Contracts;
using Workers.RabbitMq.Foreign;
using Workers.RabbitMq.Intake;
using Workers.RabbitMq.Topology;

namespace Workers.RabbitMq.DeadLetters;

/// <summary>What is known of a message that nobody could handle, whoever put it where it lies: the fleet, or the broker. Never its content.</summary>
public sealed record DeadLetter
{
    private const long YearTenThousand = 253_402_300_800;

    /// <summary>The id of the message; where it has none of a usable form, one made of its body's hash.</summary>
    public required string Id { get; init; }

    /// <summary>The queue that it lies in.</summary>
    public required string KeptIn { get; init; }

    /// <summary>The queue that it came from and goes back to; null where nothing tells.</summary>
    public required string? Queue { get; init; }

    /// <summary>One of <see cref="DeadLetterReason"/>.</summary>
    public required string Reason { get; init; }

    public required FailureBucket Bucket { get; init; }

    /// <summary>The message's type, for example <c>Workers.Jobs.Lifecycle:StartJob</c>.</summary>
    public required string? Type { get; init; }

    /// <summary>The type of the exception.</summary>
    public required string? Exception { get; init; }

    /// <summary>What is wrong, in words of ours.</summary>
    public required string? Detail { get; init; }

    /// <summary>Deliveries that failed; of a crashed one, the times that it was given up.</summary>
    public required long? Count { get; init; }

    public required string? FirstAt { get; init; }
    public required string? LastAt { get; init; }
    public required Guid? JobId { get; init; }
    public required string? TenantId { get; init; }
    public required string? CorrelationId { get; init; }

    /// <summary>The step of the job that it is a command of.</summary>
    public required int? Step { get; init; }

    /// <summary>How often it was redriven, or the command that it was issued in the stead of.</summary>
    public required int Redriven { get; init; }

    public required string? RedrivenBy { get; init; }
    public required string? RedrivenAt { get; init; }

    /// <summary>What of its sender's headers had no room and was left out; null where nothing was.</summary>
    public required string? Cut { get; init; }

    /// <summary>Length of the body.</summary>
    public required int Bytes { get; init; }

    /// <summary>SHA-256 of the body, in lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The last part of <see cref="Type"/>.</summary>
    public string? ShortType => Type?[(Type.LastIndexOf(':') + 1)..];

    /// <summary>Reads what is on a message.</summary>
    /// <param name="keptIn">The queue that keeps it.</param>
    /// <param name="routingKey">What it was last published with.</param>
    /// <param name="properties">Its properties; texts of no usable form are passed over.</param>
    /// <param name="body">Its body, of which length, hash, type and ids are taken.</param>
    /// <param name="exchange">Where it was last published, if that is known.</param>
    internal static DeadLetter Read(string keptIn, string routingKey, IReadOnlyBasicProperties properties, ReadOnlySpan<byte> body, string? exchange = null)
    {
        var headers = properties.Headers ?? new Dictionary<string, object?>();
        var death = Death(headers);
        var (reason, queue) = keptIn switch
        {
            FleetTopology.Crashed => (DeadLetterReason.OfDeath(Text("x-last-death-reason") ?? SafeText.Of(Of(death, "reason"))), Text("x-last-death-queue") ?? SafeText.Of(Of(death, "queue"))),
            FleetTopology.Unroutable => (DeadLetterReason.Unroutable, IntakeEndpoints.QueueOf(routingKey) ?? routingKey),
            _ => (DeadLetterReason.Known(Text(DeadLetterHeaders.Reason)) ?? DeadLetterReason.Failed, Text(DeadLetterHeaders.Queue)),
        };
        var isOurs = keptIn is not (FleetTopology.Crashed or FleetTopology.Unroutable);

        // Where a producer has sent it and nobody of the fleet had it in hand since, what is written on it is the producer's.
        var isTrusted = isOurs || !Claims.MayBeOfProducers(keptIn == FleetTopology.Crashed ? SafeText.Of(Of(death, "exchange")) : exchange);
        var glance = EnvelopeGlance.At(body);
        var hash = Convert.ToHexStringLower(SHA256.HashData(body));
        return new DeadLetter
        {
            Id = SafeText.Name(properties.MessageId) ?? $"body-{hash[..32]}",
            KeptIn = keptIn,
            Queue = SafeText.Name(queue),
            Reason = reason,
            Bucket = isOurs && Enum.TryParse<FailureBucket>(Text(DeadLetterHeaders.Bucket), out var bucket) && Enum.IsDefined(bucket) ? bucket : DeadLetterReason.BucketOf(reason),
            Type = glance.Type,
            Exception = isOurs ? SafeText.TypeName(Text(DeadLetterHeaders.Exception)) : null,
            Detail = isOurs ? Text(DeadLetterHeaders.Detail) : null,
            Count = isOurs ? Number(DeadLetterHeaders.Count) : HeaderNumber.Read(Of(death, "count")),
            FirstAt = isOurs ? SafeText.Time(Text(DeadLetterHeaders.FirstAt)) : At(death),
            LastAt = isOurs ? SafeText.Time(Text(DeadLetterHeaders.LastAt)) : At(death),
            JobId = glance.JobId,
            TenantId = glance.TenantId,
            CorrelationId = (isOurs ? SafeText.Name(Text(DeadLetterHeaders.CorrelationId)) : null) ?? glance.CorrelationId?.ToString(),
            Step = glance.Step,
            Redriven = !isTrusted ? 0 : (int)Math.Clamp(Math.Max(Number(DeadLetterHeaders.Redriven) ?? 0, Number(DeadLetterHeaders.RedrivenBefore) ?? 0), 0, int.MaxValue),
            RedrivenBy = !isTrusted ? null : SafeText.Line(Text(DeadLetterHeaders.RedrivenBy)),
            RedrivenAt = !isTrusted ? null : SafeText.Time(Text(DeadLetterHeaders.RedrivenAt)),
            Cut = isOurs ? SafeText.Line(Text(DeadLetterHeaders.Cut)) : null,
            Bytes = body.Length,
            Sha256 = hash,
        };

        string? Text(string name) => SafeText.Of(headers.TryGetValue(name, out var value) ? value : null);

        long? Number(string name) => HeaderNumber.Read(headers.TryGetValue(name, out var value) ? value : null);
    }

    /// <summary>The broker's own note of the last time that a queue of its gave the message up.</summary>
    private static IDictionary<string, object?>? Death(IDictionary<string, object?> headers) =>
        headers.TryGetValue("x-death", out var deaths) && deaths is IList list ? list.OfType<IDictionary<string, object?>>().FirstOrDefault() : null;

    private static object? Of(IDictionary<string, object?>? death, string member) => death is not null && death.TryGetValue(member, out var value) ? value : null;

    private static string? At(IDictionary<string, object?>? death) =>
        Of(death, "time") is AmqpTimestamp { UnixTime: >= 0 and < YearTenThousand } time ? DeadLetterHeaders.Format(DateTimeOffset.FromUnixTimeSeconds(time.UnixTime)) : null;
}
