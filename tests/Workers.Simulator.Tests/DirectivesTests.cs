using Workers.Simulator.Faulting;

namespace Workers.Simulator.Tests;

internal sealed class DirectivesTests
{
    [Test]
    public void APromptCanAskForSeveralFaults()
    {
        var rules = Directives.In("A cat [simulate create once drop-response] on a [simulate task stuck] mat [simulate get try 3 delay 5s]", out var unknown);

        Assert.That(unknown, Is.Null);
        Assert.That(rules.Select(rule => (rule.Operation, rule.Fault)), Is.EqualTo([
            (Operation.Create, (Fault)new Fault.DropResponse()),
            (Operation.Task, new Fault.StuckTask()),
            (Operation.Get, new Fault.Delay(TimeSpan.FromSeconds(5))),
        ]));
        Assert.That(rules.Select(rule => rule.Tries), Is.EqualTo((int[]?[])[[1], null, [3]]));
    }

    [Test]
    public void AnOrdinaryPromptAsksForNone()
    {
        Assert.That(Directives.In("A cat [close-up]", out var unknown), Is.Empty);
        Assert.That(unknown, Is.Null);
    }

    [TestCase("[simulate]")]
    [TestCase("[simulate dance stuck]")]
    [TestCase("[simulate create stuck]")]
    [TestCase("[simulate list answer 500]")]
    [TestCase("[simulate create twice answer 500]")]
    [TestCase("[simulate create answer 500")]
    public void WhatIsNotUnderstoodIsTold(string prompt)
    {
        Directives.In($"A cat {prompt}", out var unknown);

        Assert.That(unknown, Is.EqualTo(prompt));
    }
}
