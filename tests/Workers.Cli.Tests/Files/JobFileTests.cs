using System.Text;
using Workers.Cli.Files;

namespace Workers.Cli.Tests.Files;

internal sealed class JobFileTests
{
    private const string Secret = "do-not-repeat-me";

    [Test]
    public void ALineIsASubmissionWithItsExpectedEnd()
    {
        var line = Read(7, """{"tenantId":"acme","input":{"model":"m","parameters":{"duration":5}},"expectedEnd":"failed:Quota"}""");

        Assert.That(line.Faults, Is.Empty);
        Assert.That(line.Number, Is.EqualTo(7));
        Assert.That(line.Submission!.Input!.Parameters!["duration"].GetInt32(), Is.EqualTo(5));
        Assert.That($"{line.Expected}", Is.EqualTo("failed:Quota"));
    }

    [Test]
    public void ALineWithoutAnExpectedEndShouldSucceed() => Assert.That(Read(1, "{}").Goal, Is.EqualTo(End.Success));

    [TestCase("""{"tenantId":5}""", "tenantId", "a number", "must be a text")]
    [TestCase("""{"input":"do-not-repeat-me"}""", "input", "a text of 16 characters", "must be an object")]
    [TestCase("""{"input":{"references":[{},{"length":"do-not-repeat-me"}]}}""", "input.references[1].length", "a text of 16 characters", "must be a whole number")]
    [TestCase("""{"input":{"references":{}}}""", "input.references", "an object", "must be a list")]
    [TestCase("""{"deadline":"do-not-repeat-me"}""", "deadline", "a text of 16 characters", "must be a time like 2026-05-01T12:00:00Z")]
    [TestCase("""{"expectedEnd":"do-not-repeat-me"}""", "expectedEnd", "a text of 16 characters", End.Rule)]
    [TestCase("[1,2]", "the line", "a list of 2", "must be an object")]
    public void AFaultNamesThePathTheShapeAndTheRule(string text, string field, string found, string rule)
    {
        var fault = Read(1, text).Faults.Single();

        Assert.That((fault.Field, fault.Found, fault.Rule), Is.EqualTo((field, found, rule)));
        Assert.That(fault.Fix, Is.Not.Empty);
        Assert.That(fault.ToString(), Does.Not.Contain(Secret));
    }

    [Test]
    public void AMemberThatNobodyKnowsIsToldWithThoseThatAreKnown()
    {
        var fault = Read(1, """{"input":{"resolution":"720p"}}""").Faults.Single();

        Assert.That(fault.Field, Is.EqualTo("input.resolution"));
        Assert.That(fault.Rule, Does.Contain("prompt").And.Contain("parameters"));
        Assert.That(fault.Fix, Does.Contain("parameters"));
    }

    [Test]
    public void AllFaultsOfALineAreToldAtOnce() =>
        Assert.That(string.Join(' ', Read(1, """{"tenantId":1,"nobody":2,"tags":3}""").Faults.Select(fault => fault.Field)), Is.EqualTo("tenantId nobody tags"));

    [Test]
    public void WhatIsNoJsonIsToldWithThePlaceAndNotTheContent()
    {
        var fault = Read(1, """{"prompt": do-not-repeat-me}""").Faults.Single();

        Assert.That(fault.Found, Does.Contain("from byte 12 on"));
        Assert.That(fault.ToString(), Does.Not.Contain(Secret));
    }

    [Test]
    public void AMemberGivenTwiceIsAFault() => Assert.That(Read(1, """{"tenantId":"a","tenantId":"b"}""").Faults, Has.Count.EqualTo(1));

    [Test]
    public void AnUnreadableLineThatShouldBeRejectedStopsNothing() =>
        Assert.That(Read(1, """{"tenantId":5,"expectedEnd":"rejected"}""").IsBad, Is.False);

    [Test]
    public void AnUnreadableLineStopsTheRun() => Assert.That(Read(1, """{"tenantId":5,"expectedEnd":"succeeded"}""").IsBad, Is.True);

    [Test]
    public void AnExpectedEndThatIsNullIsLeftOut() => Assert.That((Read(1, """{"expectedEnd":null}""").Faults.Count, Read(1, """{"expectedEnd":null}""").Goal), Is.EqualTo((0, End.Success)));

    [TestCase("""{"expectedEnd":"failed","expectedEnd":"failed"}""", "expectedEnd")]
    [TestCase("""{"input":{"parameters":{"duration":4,"Duration":5}}}""", "input.parameters.(a name of 8 characters)")]
    [TestCase("""{"input":{"parameters":{"":1}}}""", "input.parameters.(a name of 0 characters)")]
    [TestCase("""{"input":{"references":[{"durationSeconds":1e999}]}}""", "input.references[0].durationSeconds")]
    [TestCase("""{"input":{"parameters":{"x":{"\ud800":"\ud800"}}}}""", "input.parameters.(a name of 1 characters).(a name that is no text)")]
    [TestCase("""{"expectedEnd":"\ud800"}""", "expectedEnd")]
    [TestCase("""{"deadline":"2026-05-01T12:00:00"}""", "deadline")]
    public void WhatTheFleetCouldNotReadIsAFaultOfItsField(string text, string field) => Assert.That(Read(1, text).Faults.Single().Field, Is.EqualTo(field));

    [Test]
    public void BytesThatAreNoTextAreAFault() => Assert.That(JobFile.Read(1, [(byte)'"', 0xff, (byte)'"']).Faults.Single().Found, Is.EqualTo("bytes that are no UTF-8"));

    private static JobLine Read(int number, string text) => JobFile.Read(number, Encoding.UTF8.GetBytes(text));
}
