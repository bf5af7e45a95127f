using Workers.Contracts;
using Workers.Providers.Tests.Support;

namespace Workers.Providers.Tests.Seedance;

internal sealed class SeedanceCostTests
{
    private const string V20 = "dreamina-seedance-2-0-260128";
    private const string V25 = "dreamina-seedance-2-5-260628";
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
    [TestCase(V10, """{"frames":121,"resolution":"720p"}""", 108_900, 0.27225)]
    [TestCase(V10, """{"frames":121,"resolution":"720p","service_tier":"flex"}""", 108_900, 0.136125)]
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
