using System.Text.RegularExpressions;
using Workers.Contracts;
using Workers.Jobs;
using Workers.Jobs.Failures;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Polling;
using Workers.RabbitMq.Intake;
using Workers.RabbitMq.Topology;

namespace Workers.RabbitMq.Rights;

/// <summary>What one who speaks to the broker needs there: the three regular expressions of a RabbitMQ permission.</summary>
/// <param name="Who">A role of the fleet, or who else.</param>
/// <param name="WhatFor">What they do with it.</param>
/// <param name="Configure">What they declare.</param>
/// <param name="Write">What they publish to, and bind.</param>
/// <param name="Read">What they consume, and bind to.</param>
public sealed record BrokerRights(string Who, string WhatFor, string Configure, string Write, string Read);

/// <summary>The least rights of each who speaks to the broker, derived from the topology: the tests try them with such users.</summary>
/// <remarks>
/// A process whose user may not declare something takes it for declared: somebody who may has run <c>workers topology deploy</c>. It still declares its own queues, and the exchanges that it publishes to.
/// </remarks>
public static class FleetRights
{
    private const string All = @"^(workers-|Workers\.)";
    private const string Nothing = "^$";

    /// <summary>RabbitMQ's name for the exchange that leads to any queue by its name: replies and dead letters go over it.</summary>
    private const string DefaultExchange = "amq.default";

    private static readonly Type[] OfCommands = [typeof(FailureObserved), typeof(CommandDeadLettered), typeof(CommandRedriven)];

    /// <summary>What each role publishes.</summary>
    internal static IReadOnlyDictionary<Roles, Type[]> Published { get; } = new Dictionary<Roles, Type[]>
    {
        [Roles.Lifecycle] =
        [
            typeof(StartJob), typeof(WatchTask), typeof(RetrieveResult), typeof(CancelTask), typeof(JobDue), typeof(FailureObserved), typeof(SubmitJob), typeof(CancelJob), typeof(ResumeJob),
            typeof(JobAccepted), typeof(SubmissionRejected), typeof(CommandRejected), typeof(JobBlocked), typeof(JobSucceeded), typeof(JobFailed), typeof(JobCancelled),
        ],
        [Roles.Submission] = [typeof(JobStarted), typeof(SubmissionDeferred), typeof(SubmissionFailed), typeof(TaskEnded), typeof(CancelSettled), .. OfCommands],
        [Roles.Polling] = [typeof(PollRound), typeof(JobStarted), typeof(SubmissionFailed), typeof(TaskEnded), typeof(CancelSettled), .. OfCommands],
        [Roles.Retrieval] = [typeof(ResultRetrieved), typeof(RetrievalFailed), .. OfCommands],
        [Roles.Failures] = [typeof(CommandDeadLettered), typeof(AlertFiring), typeof(AlertResolved)],
    };

    /// <summary>Those of everybody.</summary>
    public static IReadOnlyList<BrokerRights> Of(FleetTopology topology) =>
    [
        new("deployment", "declares all: workers topology deploy", All, All, All),
        .. Published.Keys.Select(role => OfRole(topology, role)),
        .. IntakeEndpoints.All.Select(endpoint => new BrokerRights(
            $"producer of {IntakeEndpoints.RoutingKeyOf(endpoint)}", $"publishes raw JSON to the exchange {endpoint.Queue}, with any routing key", Nothing, Names([endpoint.Queue]), Nothing)),
        new("producer", $"publishes raw JSON to the exchange {FleetTopology.Intake}; the routing key is the command", Nothing, Names([FleetTopology.Intake]), Nothing),
        new("subscriber", $"binds queues that begin with acme- to {FleetTopology.Events}; replies go to such queues too", "^acme-", "^acme-", $"^(acme-.*|{Regex.Escape(FleetTopology.Events)})$"),
    ];

    /// <summary>The rights of one role.</summary>
    public static BrokerRights OfRole(FleetTopology topology, Roles role)
    {
        string[] queues =
        [
            .. FleetEndpoints.All.Concat(IntakeEndpoints.All).Where(endpoint => endpoint.Role == role).Select(endpoint => endpoint.Queue),
            .. role == Roles.Failures ? [FleetTopology.RecordDeadLetter] : Array.Empty<string>(),
        ];
        string[] rungs = [.. topology.Queues.Where(queue => queue.Arguments.ContainsKey("x-message-ttl")).Select(queue => queue.Name)];
        string[] exchanges = [.. Published[role].Select(FleetTopology.ExchangeOf).Distinct(), .. rungs];
        string[] further = [FleetTopology.DeadLetters, DefaultExchange];
        return new(role.ToString().ToLowerInvariant(), $"the role; consumes {string.Join(", ", queues)}", Names([.. queues, .. exchanges]), Names([.. queues, .. exchanges, .. further]), Names(queues));
    }

    private static string Names(IEnumerable<string> names) => $"^({string.Join('|', names.Order(StringComparer.Ordinal).Select(Regex.Escape))})$";
}
