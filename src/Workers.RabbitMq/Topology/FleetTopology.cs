using System.Globalization;
using Workers.Contracts;
using Workers.Jobs;
using Workers.Jobs.Lifecycle;
using Workers.RabbitMq.Connections;
using Workers.RabbitMq.Delays;
using Workers.RabbitMq.Intake;

namespace Workers.RabbitMq.Topology;

/// <summary>All that the fleet declares at the broker, whatever roles a process has: what is published before its consumer ever ran must not vanish.</summary>
public sealed class FleetTopology
{
    /// <summary>Messages that nobody could handle, kept by the name of their queue as routing key.</summary>
    public const string DeadLetters = "workers-dead-letters";

    /// <summary>A copy of each of them, to be put on record.</summary>
    public const string RecordDeadLetter = "workers-record-dead-letter";

    /// <summary>Messages that their consumers' processes did not survive.</summary>
    public const string Crashed = "workers-crashed";

    /// <summary>Messages that came to an exchange of ours with a routing key that leads nowhere.</summary>
    public const string Unroutable = "workers-unroutable";

    /// <summary>Where a delay's end leads: the routing key is the queue that the message goes back to.</summary>
    public const string Delayed = "workers-delayed";

    /// <summary>What upstream listens to: routing key <c>tenant.event</c>; <c>-.event</c> where it is no one tenant's.</summary>
    public const string Events = "workers-events";

    /// <summary>Where producers in any language publish raw JSON: the routing key says which command it is.</summary>
    public const string Intake = "workers-intake";

    /// <summary>What the exchanges of the contract's types begin with: whoever may submit publishes to them.</summary>
    internal const string ContractsPrefix = "Workers.Contracts:";

    /// <summary>
    /// Ends the routing key of a copy for the record, and leads to no queue that keeps letters: one message for both would be confirmed where only the copy found its queue.
    /// </summary>
    private const string Copy = ".kept";

    private const string Fanout = "fanout";
    private const string Topic = "topic";
    private const string Direct = "direct";

    private readonly List<ExchangeDeclaration> _exchanges = [];
    private readonly List<QueueDeclaration> _queues = [];
    private readonly List<BindingDeclaration> _bindings = [];

    public FleetTopology(RabbitMqOptions options, DelayLadder ladder)
    {
        _exchanges.Add(new(DeadLetters, Topic, "takes what the broker gave up to the queue that keeps it, and a copy of each dead letter to be put on record"));
        _exchanges.Add(new(Events, Topic, "tells upstream what becomes of jobs, and operators what needs them: routing key tenant.event"));
        _exchanges.Add(new(Unroutable, Fanout, "takes what an exchange could not route"));
        _exchanges.Add(new(Delayed, Direct, "takes what has waited long enough back to its queue") { AlternateExchange = Unroutable });
        Keep(Crashed, "messages that the processes of their consumers did not survive");
        Keep(Unroutable, "messages whose routing key leads nowhere");
        _bindings.Add(new(Unroutable, Unroutable, ""));
        Record(options);
        foreach (var endpoint in FleetEndpoints.All)
        {
            Consume(endpoint.Queue, options, $"consumed by {endpoint.Role.ToString().ToLowerInvariant()}");
            foreach (var message in endpoint.Messages)
            {
                Subscribe(endpoint.Queue, message);
            }
        }

        _exchanges.Add(new(Intake, Direct, "takes raw JSON from producers in any language: the routing key says which command it is") { AlternateExchange = Unroutable });
        foreach (var endpoint in IntakeEndpoints.All)
        {
            Consume(endpoint.Queue, options, "raw JSON, read by lifecycle as one command and no other");
            _bindings.Add(new(Intake, endpoint.Queue, IntakeEndpoints.RoutingKeyOf(endpoint)));
        }

        foreach (var rung in ladder.Rungs)
        {
            _exchanges.Add(new(rung.Queue, Fanout, string.Create(CultureInfo.InvariantCulture, $"delays by {rung.Wait:c}")));
            _queues.Add(new(rung.Queue, "messages that wait to be delivered again", new Dictionary<string, object?>
            {
                ["x-queue-type"] = "quorum",
                ["x-message-ttl"] = (long)rung.Wait.TotalMilliseconds,
                ["x-dead-letter-exchange"] = Delayed,
                ["x-dead-letter-strategy"] = "at-least-once",
                ["x-overflow"] = "reject-publish",
            }));
            _bindings.Add(new(rung.Queue, rung.Queue, ""));
        }
    }

    public IReadOnlyList<ExchangeDeclaration> Exchanges => _exchanges;

    public IReadOnlyList<QueueDeclaration> Queues => _queues;

    public IReadOnlyList<BindingDeclaration> Bindings => _bindings;

    /// <summary>The arguments of a queue that the fleet consumes.</summary>
    public static IReadOnlyDictionary<string, object?> ConsumedArguments(RabbitMqOptions options) => new Dictionary<string, object?>
    {
        ["x-queue-type"] = "quorum",
        ["x-delivery-limit"] = options.DeliveryLimit,
        ["x-dead-letter-exchange"] = DeadLetters,
        ["x-dead-letter-routing-key"] = Crashed,
        ["x-dead-letter-strategy"] = "at-least-once",
        ["x-overflow"] = "reject-publish",
    };

    /// <summary>
    /// The arguments of the queue of copies. What no recorder survives is dropped after as many deliveries: the letter itself is kept elsewhere, and a dead-letter exchange would bring the copy
    /// back to this very queue.
    /// </summary>
    public static IReadOnlyDictionary<string, object?> RecordedArguments(RabbitMqOptions options) => new Dictionary<string, object?>
    {
        ["x-queue-type"] = "quorum",
        ["x-delivery-limit"] = options.DeliveryLimit,
    };

    /// <summary>The routing key on <see cref="DeadLetters"/> of a copy whose letter a queue keeps.</summary>
    public static string CopyKey(string keptIn) => keptIn + Copy;

    /// <summary>The queue that keeps the letter whose copy was published so.</summary>
    public static string KeptIn(string exchange, string routingKey) =>
        exchange != DeadLetters ? Unroutable : routingKey.EndsWith(Copy, StringComparison.Ordinal) ? routingKey[..^Copy.Length] : routingKey;

    /// <summary>The exchange that a type is published to.</summary>
    /// <remarks>
    /// An event that the fleet itself follows has one of its own, which leads to its queue and to <see cref="Events"/>: that one leads to nothing of ours, so whoever may publish there moves no job.
    /// A process that publishes it to <see cref="Events"/>, as older versions did, is heard through the binding that they declared.
    /// </remarks>
    public static string ExchangeOf(Type message) =>
        !EventTypes.Contains(message) ? $"{message.Namespace}:{message.Name}"
        : FleetEndpoints.All.Any(endpoint => endpoint.Messages.Contains(message)) ? $"workers-{EventWord(message)}"
        : Events;

    /// <summary>The routing key of an event on <see cref="Events"/>.</summary>
    public static string RoutingKey(string? tenant, string @event) => $"{(SubmissionRules.IsName(tenant) ? tenant : "-")}.{@event}";

    /// <summary>An event as the routing key has it: <c>job-succeeded</c>.</summary>
    public static string EventWord(Type @event) => string.Concat(@event.Name.Select((letter, at) => char.IsUpper(letter) ? (at == 0 ? "" : "-") + char.ToLowerInvariant(letter) : letter.ToString()));

    /// <summary>The events that upstream hears.</summary>
    public static IReadOnlyList<Type> EventTypes { get; } =
    [
        typeof(JobAccepted), typeof(SubmissionRejected), typeof(CommandRejected), typeof(JobStarted), typeof(JobBlocked), typeof(JobSucceeded), typeof(JobFailed), typeof(JobCancelled),
        typeof(AlertFiring), typeof(AlertResolved),
    ];

    private void Consume(string queue, RabbitMqOptions options, string purpose)
    {
        _exchanges.Add(new(queue, Fanout, $"leads to the queue {queue}"));
        _queues.Add(new(queue, purpose, ConsumedArguments(options)));
        _bindings.Add(new(queue, queue, ""));
        _bindings.Add(new(Delayed, queue, queue));
        Keep($"{queue}_error", $"messages of {queue} that failed for the last time");
        Keep($"{queue}_skipped", $"messages that came to {queue} and are none of its types");
    }

    private void Subscribe(string queue, Type message)
    {
        var exchange = ExchangeOf(message);
        if (EventTypes.Contains(message))
        {
            _exchanges.Add(new(exchange, Topic, $"takes each {message.Name} to its queue, and to {Events}"));
            _bindings.Add(new(exchange, queue, "#") { ToExchange = true });
            _bindings.Add(new(exchange, Events, "#") { ToExchange = true });
            return;
        }

        if (_exchanges.All(known => known.Name != exchange))
        {
            _exchanges.Add(new(exchange, Fanout, $"takes each {message.Name} to its queue"));
        }

        _bindings.Add(new(exchange, queue, "") { ToExchange = true });
    }

    private void Record(RabbitMqOptions options)
    {
        _exchanges.Add(new(RecordDeadLetter, Fanout, $"leads to the queue {RecordDeadLetter}"));
        _queues.Add(new(RecordDeadLetter, "copies of the dead letters; consumed by failures, which puts them on record", RecordedArguments(options)));
        _bindings.Add(new(RecordDeadLetter, RecordDeadLetter, ""));
        _bindings.Add(new(DeadLetters, RecordDeadLetter, "#"));
        _bindings.Add(new(Unroutable, RecordDeadLetter, ""));
    }

    /// <summary>Keeps until somebody acts: without the limit and the dead-letter exchange of the queue that it stands beside, and whatever limit the broker has by default.</summary>
    private void Keep(string queue, string purpose)
    {
        _queues.Add(new(queue, purpose, new Dictionary<string, object?> { ["x-queue-type"] = "quorum", ["x-delivery-limit"] = -1 }) { Keeps = true });
        _bindings.Add(new(DeadLetters, queue, queue));
    }
}

/// <summary>A durable exchange.</summary>
public sealed record ExchangeDeclaration(string Name, string Type, string Purpose)
{
    /// <summary>Where it sends what it can't route, if anywhere.</summary>
    public string? AlternateExchange { get; init; }

    /// <summary>Its arguments, as AMQP has them.</summary>
    public IDictionary<string, object?> Arguments => AlternateExchange is null ? new Dictionary<string, object?>() : new Dictionary<string, object?> { ["alternate-exchange"] = AlternateExchange };
}

/// <summary>A durable queue.</summary>
public sealed record QueueDeclaration(string Name, string Purpose, IReadOnlyDictionary<string, object?> Arguments)
{
    /// <summary>It keeps dead letters: nobody consumes it.</summary>
    public bool Keeps { get; init; }
}

/// <summary>From an exchange to a queue, or to another exchange of the name.</summary>
public sealed record BindingDeclaration(string Exchange, string Destination, string RoutingKey)
{
    public bool ToExchange { get; init; }
}
