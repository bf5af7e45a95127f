using Spectre.Console;
using Workers.Cli.Topology;
using Workers.RabbitMq.Connections;
using Workers.RabbitMq.Delays;
using Workers.RabbitMq.Topology;

namespace Workers.Cli.Tests.Topology;

internal sealed class TopologyFindingsTests
{
    private static readonly RabbitMqOptions Options = new();
    private static readonly ManagedState Whole = new([], [], []);
    private readonly StringWriter _output = new();

    [TearDown]
    public void Close() => _output.Dispose();

    [Test]
    public void What_a_policy_overrules_is_named_and_is_not_as_expected()
    {
        var code = Tell(Whole, new PolicyState([new OverruledDeclaration("queue workers-crashed", "policy limits", "delivery-limit 2", "dead letters are dropped")], IsComplete: true));

        Assert.That(code, Is.EqualTo(ExitCode.Otherwise));
        Assert.That(_output.ToString(), Does.Contain("Overruled by policies").And.Contains("queue workers-crashed: policy limits sets delivery-limit 2: dead letters are dropped"));
    }

    [Test]
    public void A_binding_of_an_older_version_is_named_and_is_not_as_expected()
    {
        var code = Tell(Whole with { StaleBindings = [new BindingDeclaration(FleetTopology.Events, "workers-job-events", "#.job-started") { ToExchange = true }] }, new PolicyState([], IsComplete: true));

        Assert.That(code, Is.EqualTo(ExitCode.Otherwise));
        Assert.That(_output.ToString(), Does.Contain("unbind them by hand").And.Contains("exchange workers-job-events to workers-events with routing key #.job-started"));
    }

    [Test]
    public void Policies_that_may_not_be_read_are_told_and_no_fault()
    {
        Assert.That(Tell(Whole, new PolicyState([], IsComplete: false)), Is.EqualTo(ExitCode.AsExpected));
        Assert.That(_output.ToString(), Does.Contain("policymaker"));
    }

    private int Tell(ManagedState managed, PolicyState policies)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(_output) });
        console.Profile.Width = 1000;
        return new TopologyFindings(console, console, new BrokerAddress(Options), new FleetTopology(Options, new DelayLadder(Options))).Tell(new TopologyState([], []), managed, policies);
    }
}
