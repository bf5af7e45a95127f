using Workers.Cli.Files;

namespace Workers.Cli.Tests.Files;

internal sealed class JobFileTests
{
    private const string Secret = "do-not-repeat-me";

    [Test]
    public void ALineIsASubmissionWithItsExpectedEnd()
    {
        var line = JobFile.Read(7, """{"tenantId":"acme","input":{"model":"m","parameters":{"duration":5}},"expectedEnd":"failed:Quota"}""");

        Assert.That(line.Faults, Is.Empty);
        Assert.That(line.Number, Is.EqualTo(7));
        Assert.That(line.Submission!.Input!.Parameters!["duration"].GetInt32(), Is.EqualTo(5));
        Assert.That($"{line.Expected}", Is.EqualTo("failed:Quota"));
    }

    [Test]
    public void ALineWithoutAnExpectedEndShouldSucceed() => Assert.That(JobFile.Read(1, "{}").Goal, Is.EqualTo(End.Success));

    [TestCase("""{"tenantId":5}""", "tenantId", "a number", "must be a text")]
    [TestCase("""{"input":"do-not-repeat-me"}""", "input", "a text of 16 characters", "must be an object")]
    [TestCase("""{"input":{"references":[{},{"length":"do-not-repeat-me"}]}}""", "input.references[1].length", "a text of 16 characters", "must be a whole number")]
    [TestCase("""{"input":{"references":{}}}""", "input.references", "an object", "must be a list")]
    [TestCase("""{"deadline":"do-not-repeat-me"}""", "deadline", "a text of 16 characters", "must be a time like 2026-05-01T12:00:00Z")]
    [TestCase("""{"expectedEnd":"do-not-repeat-me"}""", "expectedEnd", "a text of 16 characters", End.Rule)]
    [TestCase("[1,2]", "the line", "a list of 2", "must be an object")]
    public void AFaultNamesThePathTheShapeAndTheRule(string text, string field, string found, string rule)
    {
        var fault = JobFile.Read(1, text).Faults.Single();

        Assert.That((fault.Field, fault.Found, fault.Rule), Is.EqualTo((field, found, rule)));
        Assert.That(fault.Fix, Is.Not.Empty);
        Assert.That(fault.ToString(), Does.Not.Contain(Secret));
    }

    [Test]
    public void AMemberThatNobodyKnowsIsToldWithThoseThatAreKnown()
    {
        var fault = JobFile.Read(1, """{"input":{"resolution":"720p"}}""").Faults.Single();

        Assert.That(fault.Field, Is.EqualTo("input.resolution"));
        Assert.That(fault.Rule, Does.Contain("prompt").And.Contain("parameters"));
        Assert.That(fault.Fix, Does.Contain("parameters"));
    }

    [Test]
    public void AllFaultsOfALineAreToldAtOnce() =>
        Assert.That(string.Join(' ', JobFile.Read(1, """{"tenantId":1,"nobody":2,"tags":3}""").Faults.Select(fault => fault.Field)), Is.EqualTo("tenantId nobody tags"));

    [Test]
    public void WhatIsNoJsonIsToldWithThePlaceAndNotTheContent()
    {
        var fault = JobFile.Read(1, """{"prompt": do-not-repeat-me}""").Faults.Single();

        Assert.That(fault.Found, Does.Contain("from byte 12 on"));
        Assert.That(fault.ToString(), Does.Not.Contain(Secret));
    }

    [Test]
    public void AMemberGivenTwiceIsAFault() => Assert.That(JobFile.Read(1, """{"tenantId":"a","tenantId":"b"}""").Faults, Has.Count.EqualTo(1));

    [Test]
    public void AnUnreadableLineThatShouldBeRejectedStopsNothing() =>
        Assert.That(JobFile.Read(1, """{"tenantId":5,"expectedEnd":"rejected"}""").IsBad, Is.False);

    [Test]
    public void AnUnreadableLineStopsTheRun() => Assert.That(JobFile.Read(1, """{"tenantId":5,"expectedEnd":"succeeded"}""").IsBad, Is.True);
}
