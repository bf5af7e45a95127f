using Workers.Providers.Tests.Support;

namespace Workers.Providers.Tests.Seedance;

internal sealed class SeedanceLimitsTests
{
    [Test]
    public void EveryFingerprintIsDealtOnceBeforeOneComesAgainAndTheDefaultNever()
    {
        using var host = new ProviderHost();
        var limits = host.Seedance.Limits;

        var dealt = Enumerable.Range(1, 172_800).Select(serial => limits.Fingerprint(serial)).ToHashSet();

        Assert.That(dealt, Has.Count.EqualTo(172_800));
        Assert.That((dealt.Min(), dealt.Max()), Is.EqualTo((86_400, 259_200)));
        Assert.That(dealt, Does.Not.Contain(172_800));
        Assert.That(limits.Fingerprint(172_801), Is.EqualTo(limits.Fingerprint(1)));
    }
}
