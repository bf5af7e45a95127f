using System.ComponentModel.DataAnnotations;

namespace Workers.Simulator.Tests;

internal sealed class SimulatorOptionsTests
{
    [Test]
    public void TheDefaultsAreRight() => Assert.That(new SimulatorOptions().FindMistakes(), Is.Empty);

    [Test]
    public void AllMistakesAreNamedAtOnce()
    {
        var options = new SimulatorOptions
        {
            Port = 70_000,
            Address = "here",
            MaxRunning = 0,
            ApiKeys = new Dictionary<string, string>(),
            MinTaskDuration = TimeSpan.FromSeconds(2),
            MaxTaskDuration = TimeSpan.FromSeconds(1),
            Faults = new FaultScript
            {
                Rules =
                [
                    new FaultRule { Operation = Operation.Create, Fault = new Fault.StuckTask() },
                    new FaultRule { Operation = Operation.Get, Fault = new Fault.NotJson(), Probability = 1.5, Tries = [0] },
                ],
            },
        };

        Assert.That(options.FindMistakes(), Is.EquivalentTo([
            "The field Port must be between 0 and 65535.",
            "The field MaxRunning must be between 1 and 2147483647.",
            "The field ApiKeys must be a string or array type with a minimum length of '1'.",
            "Address (here) is not an IP address.",
            "MinTaskDuration (00:00:02) is longer than MaxTaskDuration (00:00:01).",
            "Rule 0: StuckTask can't befall Create.",
            "Rule 1: the probability (1.5) is not between 0 and 1.",
            "Rule 1: tries count from 1.",
        ]));
    }

    [Test]
    public void ASimulatorDoesNotStartWithThem()
    {
        var options = new SimulatorOptions { MaxRunning = 0 };

        Assert.That(
            async () => await ModelArkSimulator.StartAsync(options, TimeProvider.System, CancellationToken.None),
            Throws.InstanceOf<ValidationException>().With.Message.Contains("MaxRunning"));
    }
}
