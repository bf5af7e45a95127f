using Microsoft.Extensions.Options;
using Workers.Jobs.Lifecycle;
using Workers.Providers.Accounts;

namespace Workers.Jobs.Tests.Lifecycle;

/// <summary>The table and the picture in src/README.md say what the machine does.</summary>
internal sealed class LifecycleTableTests
{
    [Test]
    public void TheTableIsTheMachines()
    {
        var machine = Machine();
        foreach (var ((state, name), next) in Transitions.Of(machine)) TestContext.Out.WriteLine($"{state} {name}: {string.Join(", ", next)}");
    }

    private static JobLifecycle Machine() => new(new JobSteps(
        Options.Create(new LifecycleOptions()), Options.Create(new SweepOptions()), Options.Create(new AccountsOptions()), TimeProvider.System, new Chance(1)));
}
