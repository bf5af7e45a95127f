using Workers.Contracts;
using Workers.Providers.Tests.Support;

namespace Workers.Providers.Tests.Seedance;

internal sealed class SeedanceCostTests
{
    private const string V20 = "dreamina-seedance-2-0-260128";
    private const string V25 = "dreamina-seedance-2-5-260628";
    private const string V15 = "seedance-1-5-pro-251215";
    private const string V10 = "seedance-1-0-pro-250528";

    private static TaskPrice Estimate(JobInput input, string region = "ap-southeast")
    {
        using var host = new ProviderHost(settings: new Dictionary<string, string?> { ["Accounts:main:Region"] = region });
        return host.Seedance.Estimate(input, ProviderHost.Account);
    }

    // Tokens that were seen on bills: 720p, 4 and 5 seconds.
    [TestCase(V20, """{"duration":5}""", 108_900, 0.7623)]
    [TestCase(V20, """{"duration":4}""", 87_300, 0.6111)]
    [TestCase(V20, "{}", 108_900, 0.7623)]
    [TestCase(V20, """{"duration":5,"ratio":"adaptive"}""", 108_900, 0.7623)]
    [TestCase(V20, """{"duration":5,"resolution":"1080p"}""", 245_025, 1.8866925)]
    [TestCase(V20, """{"duration":5,"resolution":"4k"}""", 980_100, 3.9204)]
    [TestCase(V20, """{"duration":5,"ratio":"1:1"}""", 108_900, 0.7623)]
    [TestCase(V20, """{"duration":-1}""", 324_900, 2.2743)]
    [TestCase("doubao-seedance-2-0-fast-260128", """{"duration":5}""", 108_900, 0.60984)]
    [TestCase("dreamina-seedance-2-0-mini-260615", """{"duration":5}""", 108_900, 0.38115)]
    [TestCase(V25, """{"duration":5}""", 108_900, 1.16523)]
    [TestCase(V25, "{}", 648_900, 6.94323)]
    [TestCase(V10, """{"frames":121,"resolution":"720p"}""", 103_818, 0.259545)]
    [TestCase(V10, """{"frames":121,"resolution":"720p","service_tier":"flex"}""", 103_818, 0.1297725)]
    [TestCase(V10, """{"duration":5}""", 246_840, 0.6171)]
    [TestCase("seedance-1-0-pro-fast-251015", """{"duration":5}""", 246_840, 0.24684)]
    [TestCase("seedance-1-0-lite-t2v-250428", """{"duration":5,"resolution":"480p","ratio":"21:9"}""", 47_190, 0.084942)]
    [TestCase(V15, """{"duration":5}""", 108_900, 0.26136)]
    [TestCase(V15, """{"duration":5,"generate_audio":false}""", 108_900, 0.13068)]
    [TestCase(V15, """{"duration":5,"draft":true,"resolution":"480p","ratio":"1:1"}""", 29_040, 0.069696)]
    [TestCase(V25, """{"duration":5,"draft":true,"resolution":"480p","ratio":"1:1"}""", 48_400, 0.51788)]
    [TestCase("ep-20260101-abcde", """{"duration":5}""", 108_900, 1.27413)]
    public void AnEstimateIsTheDearestThatMayCome(string model, string parameters, long tokens, double amount) =>
        ShouldBe(Estimate(Some.Input(parameters, model)), amount, tokens);

    [TestCase(5.0, 216_900, 0.93267)]
    [TestCase(null, 432_900, 1.86147)]
    public void AVideoAmongTheInputsCostsItsSecondsAtALowerPrice(double? seconds, long tokens, double amount) =>
        ShouldBe(Estimate(Some.Input("""{"duration":5}""", references: Some.Reference("video", "reference_video", seconds))), amount, tokens);

    [Test]
    public void ThirtySecondsOfVideoAndThirtyOfOutputCostWhatABillSaid() => Assert.That(
        Estimate(Some.Input("""{"duration":30}""", V25, references: Some.Reference("video", "reference_video", 30))).Tokens, Is.EqualTo(1_296_900));

    // 2.5: 30 seconds of film, and 30 of a draft's video at the lower price; 1.5: 12 seconds, and no video.
    [TestCase(V25, 60 * 7.0)]
    [TestCase(V15, 12 * 2.4)]
    public void AFilmOfADraftCostsWhatTheDearestDraftMay(string model, double secondsTimesPrice)
    {
        var estimate = Estimate(Some.Input("""{"draft_task":{"id":"cgt-1"}}""", model, prompt: null));
        var pixels = model == V25 ? 1920 * 1080 : 1280 * 720;
        var exact = (decimal)secondsTimesPrice * 24 * pixels / 1024 / 1_000_000m;

        Assert.That(estimate.Amount, Is.InRange(exact, exact * 1.01m));
        Assert.That(estimate.PerMillion, Is.EqualTo(model == V25 ? 11.7m : 2.4m));
    }

    [Test]
    public void TheRegionDecidesTheCurrency() =>
        Assert.That(Estimate(Some.Input("""{"duration":5}"""), "cn-beijing"), Is.EqualTo(TaskPrice.Of(108_900, 46m, "CNY")));

    [Test]
    public void WhatWasUsedIsPaidAtTheUnitPriceOfWhatWasAsked()
    {
        var estimate = Estimate(Some.Input("""{"resolution":"1080p"}"""));

        Assert.That(estimate.ForTokens(1_000_000), Is.EqualTo(new TaskPrice(7.7m, "USD", 1_000_000, 7.7m)));
        Assert.That(estimate.ForTokens(0).Amount, Is.Zero);
    }

    private static void ShouldBe(TaskPrice price, double amount, long tokens) =>
        Assert.That((price.Amount, price.Currency, price.Tokens), Is.EqualTo(((decimal)amount, "USD", tokens)));
}
