using Workers.Contracts;
using Workers.Jobs.Retrieval;

namespace Workers.Jobs.Tests.Retrieval;

/// <summary>What the provider keeps to whenever it is asked in words can be told apart here only.</summary>
internal sealed class ExpectationsTests
{
    private static readonly ResultOutput Output = new()
    {
        Name = "video",
        Path = "acme/job/video.mp4",
        MediaType = "video/mp4",
        Bytes = 1000,
        Sha256 = new string('a', 64),
    };

    private static readonly TaskUsage Usage = new() { Tokens = 1, DurationSeconds = 5, Resolution = "720p" };

    [Test]
    public void AResolutionThatIsNotTheExpectedOneIsNamed() =>
        Assert.That(Expectations.Judge(new() { Resolution = "1080p" }, Output, Usage), Does.Contain("720p").And.Contain("1080p"));

    [Test]
    public void ADurationThatIsNotTheExpectedOneIsNamed() =>
        Assert.That(Expectations.Judge(new() { DurationSeconds = 5 }, Output, Usage with { DurationSeconds = 4 }), Does.Contain("4").And.Contain("not 5"));

    [Test]
    public void WhatTheProviderDoesNotReportIsUnknownAndNoMismatch() =>
        Assert.That(Expectations.Judge(new() { DurationSeconds = 5, Resolution = "1080p" }, Output, new TaskUsage()), Is.Null);

    [Test]
    public void AResolutionIsTheSameInAnyCasing() => Assert.That(Expectations.Judge(new() { Resolution = "720P" }, Output, Usage), Is.Null);

    [Test]
    public void AnEmptyOutputIsNoneEvenWhereNothingIsExpected() =>
        Assert.That(Expectations.Judge(null, Output with { Bytes = 0 }, Usage), Does.Contain("empty"));

    [TestCase("image/png")]
    [TestCase("application/octet-stream")]
    [TestCase("videos/mp4")]
    public void WithoutAnExpectationAnyVideoWillDoAndNothingElse(string mediaType)
    {
        Assert.That(Expectations.Judge(null, Output, Usage), Is.Null);
        Assert.That(Expectations.Judge(null, Output with { MediaType = mediaType }, Usage), Does.Contain(mediaType));
    }

    [Test]
    public void BoundsAreInclusiveAndLetterCaseDoesNotMatter() =>
        Assert.That(
            Expectations.Judge(new() { MinBytes = 1000, MaxBytes = 1000, Sha256 = new string('A', 64), MediaTypes = ["Video/MP4"] }, Output, Usage),
            Is.Null);
}
