using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Workers.Contracts;
using Workers.Jobs.Alerts;

namespace Workers.Jobs.Tests.Alerts;

internal sealed class AlertOptionsTests
{
    private static readonly string[] AllFaults =
    [
        "Alerts:Rules:a:Kind must be one of Failures, CostP95, OldestWaiting, AccountPaused, DeadLetters, UnseenTasks, ResultsUnwritable.",
        "Alerts:Rules:b:MoreThan (missing) must be from 0 to 1000000000: failures.",
        "Alerts:Rules:b:Within (00:00:59) must be from 00:01:00 to 7.00:00:00.",
        "Alerts:Rules:c:MoreThan (-1) must be from 0 to 1000000000: percent.",
        "Alerts:Rules:c:For (-00:00:01) must be from 00:00:00 to 1.00:00:00.",
        "Alerts:Rules:c:LeastJobs (0) must be from 1 to 1000000.",
        "Alerts:Rules:c:Bucket says nothing of CostP95: leave it out.",
        "Alerts:Rules:d:MoreThan says nothing of AccountPaused: leave it out.",
        "Alerts:Rules:e:Tenant must have 1 to 64 letters, digits, dots, underscores and dashes, the first a letter or digit.",
        "Alerts:Rules:e:Within says nothing of OldestWaiting: leave it out.",
        "Alerts:Rules:e:Tenant says nothing of OldestWaiting: leave it out.",
    ];

    [Test]
    public void TheRulesThatAreThereFromTheStartAreSoundAndOfEveryKind() =>
        Assert.That(Read().Rules.Values.Select(rule => rule.Kind).Distinct(), Is.EquivalentTo(Enum.GetValues<AlertKind>()));

    [Test]
    public void OneSettingOfARuleIsChangedAndItsOthersStay()
    {
        var options = Read(("Alerts:Rules:oldest-waiting:MoreThan", "7200"), ("Alerts:Rules:Quota:Enabled", "false"), ("Alerts:Interval", "00:00:30"));

        Assert.That(options.Rules["oldest-waiting"].MoreThan, Is.EqualTo(7200));
        Assert.That(options.Rules["oldest-waiting"].For, Is.EqualTo(TimeSpan.FromMinutes(5)));
        Assert.That(options.Rules["quota"], Has.Property(nameof(AlertRule.Enabled)).False.And.Property(nameof(AlertRule.Bucket)).EqualTo(FailureBucket.Quota));
        Assert.That(options.Interval, Is.EqualTo(TimeSpan.FromSeconds(30)));
    }

    [Test]
    public void AFurtherRuleStandsBesideThem()
    {
        var options = Read(
            ("Alerts:Rules:acme-refused:Kind", "Failures"), ("Alerts:Rules:acme-refused:Bucket", "ContentPolicy"), ("Alerts:Rules:acme-refused:Tenant", "acme"),
            ("Alerts:Rules:acme-refused:MoreThan", "20"), ("Alerts:Rules:acme-refused:Within", "00:10:00"), ("Alerts:Rules:acme-refused:Level", "Error"));

        Assert.That(options.Rules, Has.Count.EqualTo(new AlertOptions().Rules.Count + 1));
        Assert.That(options.Rules["acme-refused"], Has.Property(nameof(AlertRule.Tenant)).EqualTo("acme").And.Property(nameof(AlertRule.Level)).EqualTo(AlertLevel.Error));
    }

    [Test]
    public void AllFaultsAreToldAtOnceByRuleAndLimit()
    {
        var fault = Assert.Throws<OptionsValidationException>(() => Read(
            ("Alerts:Rules:a:MoreThan", "1"),
            ("Alerts:Rules:b:Kind", "Failures"), ("Alerts:Rules:b:Within", "00:00:59"),
            ("Alerts:Rules:c:Kind", "CostP95"), ("Alerts:Rules:c:MoreThan", "-1"), ("Alerts:Rules:c:For", "-00:00:01"), ("Alerts:Rules:c:Bucket", "Quota"), ("Alerts:Rules:c:LeastJobs", "0"),
            ("Alerts:Rules:d:Kind", "AccountPaused"), ("Alerts:Rules:d:MoreThan", "1"),
            ("Alerts:Rules:e:Kind", "OldestWaiting"), ("Alerts:Rules:e:MoreThan", "1"), ("Alerts:Rules:e:Within", "00:05:00"), ("Alerts:Rules:e:Tenant", "a cme")));

        Assert.That(fault.Failures, Is.EqualTo(AllFaults));
    }

    [Test]
    public void ARuleHasANameThatIsOneAndTheIntervalItsLimits()
    {
        Assert.That(Assert.Throws<OptionsValidationException>(() => Read(("Alerts:Rules:a b:Kind", "AccountPaused"))).Message, Does.Contain("names a rule that can't be one").And.Not.Contain("a b"));
        Assert.That(Assert.Throws<OptionsValidationException>(() => Read(("Alerts:Interval", "02:00:00"))).Message, Does.Contain("Interval"));
    }

    private static AlertOptions Read(params (string Key, string Value)[] settings)
    {
        using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build())
            .AddJobs(Roles.None)
            .BuildServiceProvider();
        return services.GetRequiredService<IOptions<AlertOptions>>().Value;
    }
}
