using Workers.Cli.Files;
using Workers.Contracts;

namespace Workers.Cli.Tests.Files;

internal sealed class EndTests
{
    [TestCase("succeeded")]
    [TestCase("failed")]
    [TestCase("failed:ContentPolicy")]
    [TestCase("blocked:Validation")]
    [TestCase("cancelled")]
    [TestCase("rejected")]
    [TestCase("duplicate")]
    public void AnEndIsWrittenAsItIsRead(string text)
    {
        Assert.That(End.TryParse(text, out var end), Is.True);
        Assert.That(end!.ToString(), Is.EqualTo(text));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("done")]
    [TestCase("unfinished")]
    [TestCase("1")]
    [TestCase("failed:")]
    [TestCase("failed:3")]
    [TestCase("failed:Weather")]
    [TestCase("succeeded:Validation")]
    [TestCase("failed,blocked")]
    public void AnythingElseIsNoEnd(string? text) => Assert.That(End.TryParse(text, out _), Is.False);

    [Test]
    public void AnExpectationWithoutABucketIsMetByAny() =>
        Assert.That(new End(EndKind.Failed).IsMetBy(new End(EndKind.Failed, FailureBucket.Timeout)), Is.True);

    [Test]
    public void AnExpectedBucketIsNotMetByAnother() =>
        Assert.That(new End(EndKind.Failed, FailureBucket.Timeout).IsMetBy(new End(EndKind.Failed, FailureBucket.Quota)), Is.False);

    [Test]
    public void AnotherEndDoesNotMeetAnExpectation() => Assert.That(End.Success.IsMetBy(new End(EndKind.Blocked, FailureBucket.Validation)), Is.False);
}
