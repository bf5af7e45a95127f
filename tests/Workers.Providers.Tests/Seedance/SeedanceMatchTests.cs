using Workers.Providers.Tests.Support;

namespace Workers.Providers.Tests.Seedance;

/// <summary>Whether a task may have come from an attempt.</summary>
internal sealed class SeedanceMatchTests
{
    private static readonly ProviderTask Found = new()
    {
        TaskId = "cgt-1",
        Status = ProviderTaskStatus.Running,
        StatusWord = "running",
        CreatedAt = DateTimeOffset.UnixEpoch,
        UpdatedAt = DateTimeOffset.UnixEpoch,
        Model = Some.Model,
        Fingerprint = 90_001,
        Resolution = "720p",
        Ratio = "16:9",
        Duration = 5,
    };

    private static bool Matches(ProviderTask task, string parameters = """{"resolution":"720p","ratio":"16:9","duration":5}""", string model = Some.Model)
    {
        using var host = new ProviderHost();
        var provider = host.Seedance;
        return provider.Matches(task, provider.Intent(Some.Input(parameters, model), 90_001));
    }

    [Test]
    public void ItsOwnTaskMatches() => Assert.That(Matches(Found), Is.True);

    [Test]
    public void AnotherFingerprintDoesNot() => Assert.That(Matches(Found with { Fingerprint = 90_002 }), Is.False);

    [Test]
    public void AnotherModelDoesNot() => Assert.That(Matches(Found with { Model = "dreamina-seedance-2-5-260628" }), Is.False);

    [Test]
    public void TheSameModelOfTheOtherPlatformDoes() => Assert.That(Matches(Found with { Model = "doubao-seedance-2-0-260128" }), Is.True);

    [Test]
    public void AnEndpointMayShowAsItsModel()
    {
        Assert.That(Matches(Found, model: "ep-1"), Is.True);
        Assert.That(Matches(Found with { Model = "ep-1" }, model: "ep-1"), Is.True);
        Assert.That(Matches(Found with { Model = "ep-2" }, model: "ep-1"), Is.False);
    }

    [Test]
    public void AnotherResolutionRatioOrDurationDoesNot()
    {
        Assert.That(Matches(Found with { Resolution = "480p" }), Is.False);
        Assert.That(Matches(Found with { Ratio = "1:1" }), Is.False);
        Assert.That(Matches(Found with { Duration = 6 }), Is.False);
    }

    [Test]
    public void WhatWasLeftToTheProviderIsNotCompared()
    {
        Assert.That(Matches(Found with { Ratio = "5:4" }, """{"ratio":"adaptive"}"""), Is.True);
        Assert.That(Matches(Found with { Duration = 11 }, """{"duration":-1}"""), Is.True);
        Assert.That(Matches(Found with { Duration = 1 }, """{"frames":29}"""), Is.True);
        Assert.That(Matches(Found with { Resolution = "1080p" }, "{}"), Is.True);
    }

    [Test]
    public void WhatTheTaskDoesNotRepeatIsNotCompared() =>
        Assert.That(Matches(Found with { Fingerprint = null, Resolution = null, Ratio = null, Duration = null }), Is.True);
}
