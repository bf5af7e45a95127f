using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Workers.Jobs.Polling;
using Workers.Jobs.Submission;
using Workers.Providers;
using Workers.Testing;

namespace Workers.Jobs.Tests.Polling;

internal sealed class TaskMatchesTests
{
    private const string Model = "dreamina-seedance-2-0-260128";
    private const long Fingerprint = 100_000;

    private readonly InMemoryAttempts _attempts = new();
    private readonly Attempt _attempt = Some.Attempt() with { Intent = Intent(Fingerprint) };

    [Test]
    public async Task TheFingerprintDecidesWhereThereIsOne() =>
        Assert.That(await Match(Made("alike"), Made("other", 5), Made("own", Fingerprint, minutes: 600)), Is.EqualTo(("own", (string?)null)));

    [Test]
    public async Task OfTwoWithTheFingerprintTheOneInTimeIsMeant() =>
        Assert.That((await Match(Made("old", Fingerprint, minutes: -600), Made("own", Fingerprint))).Tasks, Is.EqualTo("own"));

    [Test]
    public async Task TimesAreJudgedByTheProvidersClock()
    {
        Assert.That((await Match(TimeSpan.FromMinutes(20), Made("own", minutes: 20))).Tasks, Is.EqualTo("own"));
        Assert.That((await Match(TimeSpan.FromMinutes(20), Made("early"))).Doubt, Does.Contain("early").And.Contain("the time at which it was made"));
    }

    [Test]
    public async Task OneWithoutATimeIsADoubt() =>
        Assert.That(await Match(Made("timeless") with { CreatedAt = null }), Is.EqualTo(("", "Task timeless is like it, but for the time at which it was made.")));

    [Test]
    public async Task WhatWasMadeOnOtherDaysIsNoneWhereTheProviderTellsItsTime()
    {
        var task = Made("old", minutes: -60 * 48);

        Assert.That(await Match(TimeSpan.Zero, task), Is.EqualTo(("", (string?)null)));
        Assert.That((await Match(task)).Doubt, Does.Contain("old"));
    }

    [Test]
    public async Task OneWithTheFingerprintThatIsOtherwiseUnlikeIsADoubt() =>
        Assert.That((await Match(Made("renamed", Fingerprint) with { Resolution = "480p" })).Doubt, Is.EqualTo("Task renamed has its fingerprint, and is otherwise unlike it."));

    [Test]
    public async Task OneThatAnotherHoldsIsNone()
    {
        await _attempts.OpenAsync(Some.Attempt(AttemptState.Live) with { TaskId = "held", Intent = Intent(Fingerprint) }, default);

        Assert.That(await Match(Made("held", Fingerprint)), Is.EqualTo(("", (string?)null)), "its holder asked for the same fingerprint, before it was dealt again");
    }

    [Test]
    public async Task OneThatAnotherHoldsWithoutItsFingerprintIsADoubt()
    {
        await _attempts.OpenAsync(Some.Attempt(AttemptState.Live) with { TaskId = "held", Intent = Intent(5) }, default);

        Assert.That((await Match(Made("held", Fingerprint))).Doubt, Does.Contain("holds it"));
        Assert.That(await Match(Made("held")), Is.EqualTo(("", (string?)null)), "one without a fingerprint is its holder's");
    }

    private Task<(string Tasks, string? Doubt)> Match(params ProviderTask[] tasks) => Match(ahead: null, tasks);

    private async Task<(string Tasks, string? Doubt)> Match(TimeSpan? ahead, params ProviderTask[] tasks)
    {
        var (found, doubt) = await new TaskMatches(_attempts, Options.Create(new PollingOptions())).OfAsync(Seedance(), _attempt, new TaskReading(tasks, null) { Ahead = ahead }, default);
        return (string.Join(' ', found.Select(task => task.TaskId)), doubt);
    }

    private static IGenerationProvider Seedance() => new ServiceCollection()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
        .AddProviders()
        .BuildServiceProvider()
        .GetRequiredService<ProviderDirectory>()
        .Find("seedance");

    private static TaskIntent Intent(long fingerprint) => new() { Model = Model, Fingerprint = fingerprint, Resolution = "720p" };

    private static ProviderTask Made(string id, long? fingerprint = null, int minutes = 0) => new()
    {
        TaskId = id,
        Status = ProviderTaskStatus.Running,
        StatusWord = "running",
        CreatedAt = Some.Time.AddMinutes(minutes),
        UpdatedAt = Some.Time.AddMinutes(minutes),
        Model = Model,
        Fingerprint = fingerprint,
        Resolution = "720p",
    };
}
