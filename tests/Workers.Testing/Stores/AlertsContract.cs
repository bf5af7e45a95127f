using Workers.Jobs.Alerts;

namespace Workers.Testing.Stores;

/// <summary>What every store of alerts does.</summary>
public abstract class AlertsContract
{
    private static readonly string[] Ordered = ["Zero", "accounts/A", "accounts/b", "quota"];

    private IAlerts _alerts = null!;

    /// <summary>An empty store.</summary>
    protected abstract Task<IAlerts> CreateAsync();

    [SetUp]
    public async Task CreateStoreAsync() => _alerts = await CreateAsync();

    [Test]
    public async Task An_alert_comes_back_whole()
    {
        var alert = Filled.Alert() with { Version = 1 };
        Assert.That(Members.Unset(Filled.Alert()), Is.Empty, "Fill these in: nobody would notice their loss.");

        Assert.That(await _alerts.SaveAsync(alert, default), Is.True);

        Assert.That(Members.Of(await OneAsync()), Is.EqualTo(Members.Of(alert)));
    }

    [Test]
    public async Task Alerts_are_read_in_the_order_of_their_ids()
    {
        foreach (var id in Ordered.Reverse())
        {
            await _alerts.SaveAsync(New(id), default);
        }

        Assert.That((await _alerts.AllAsync(default)).Select(alert => alert.Id), Is.EqualTo(Ordered));
    }

    [Test]
    public async Task An_alert_is_added_once()
    {
        var first = New("quota");
        Assert.That(await _alerts.SaveAsync(first, default), Is.True);

        Assert.That(await _alerts.SaveAsync(New("quota"), default), Is.False);
        Assert.That((await OneAsync()).Generation, Is.EqualTo(first.Generation));
    }

    [Test]
    public async Task Who_has_read_another_version_replaces_nothing()
    {
        var alert = New("quota");
        await _alerts.SaveAsync(alert, default);

        Assert.That(await _alerts.SaveAsync(alert with { Version = 2, Value = 2 }, default), Is.True);
        Assert.That(await _alerts.SaveAsync(alert with { Version = 2, Value = 3 }, default), Is.False);
        Assert.That(await _alerts.SaveAsync(alert with { Version = 4, Value = 4 }, default), Is.False);
        Assert.That(await _alerts.SaveAsync(alert with { Version = 3, Generation = Guid.NewGuid(), Value = 5 }, default), Is.False);
        Assert.That(await _alerts.SaveAsync(New("other") with { Version = 2 }, default), Is.False);
        Assert.That(await OneAsync(), Has.Property(nameof(Alert.Value)).EqualTo(2).And.Property(nameof(Alert.Version)).EqualTo(2));
    }

    [Test]
    public async Task What_is_told_is_no_longer_untold_and_nobody_brings_it_back()
    {
        var alert = New("quota") with { Untold = [Filled.AlertChange() with { Number = 3 }, Filled.AlertChange() with { Number = 4 }] };
        await _alerts.SaveAsync(alert, default);

        await _alerts.MarkToldAsync(alert, 3, default);
        await _alerts.MarkToldAsync(alert, 3, default);

        var stored = await OneAsync();
        Assert.That(stored.Untold.Single().Number, Is.EqualTo(4));
        Assert.That(stored.Version, Is.EqualTo(2));
        Assert.That(await _alerts.SaveAsync(alert with { Version = 2 }, default), Is.False, "read before it was told");
        Assert.That(await _alerts.SaveAsync(stored with { Version = 3 }, default), Is.True);
    }

    [Test]
    public async Task What_an_earlier_alert_of_the_name_has_told_says_nothing_of_a_later_one()
    {
        var alert = New("quota") with { Untold = [Filled.AlertChange() with { Number = 1 }] };
        await _alerts.SaveAsync(alert, default);

        await _alerts.MarkToldAsync(alert with { Generation = Guid.NewGuid() }, 1, default);

        Assert.That((await OneAsync()).Untold, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task An_alert_is_removed_by_who_knows_how_it_stands()
    {
        var alert = New("quota");
        await _alerts.SaveAsync(alert, default);

        await _alerts.RemoveAsync(alert with { Version = 2 }, default);
        await _alerts.RemoveAsync(alert with { Generation = Guid.NewGuid() }, default);
        Assert.That(await _alerts.AllAsync(default), Has.Count.EqualTo(1));

        await _alerts.RemoveAsync(alert, default);
        await _alerts.RemoveAsync(alert, default);
        Assert.That(await _alerts.AllAsync(default), Is.Empty);
    }

    [Test]
    public async Task Of_many_who_save_an_alert_at_once_one_is_told_that_it_did()
    {
        var added = await Race.OfAsync((item, _) => _alerts.SaveAsync(New(Name(item)), default));
        Assert.That(added.Select(answers => answers.Count(saved => saved)), Is.All.EqualTo(1));

        var known = (await _alerts.AllAsync(default)).ToDictionary(alert => alert.Id);
        var replaced = await Race.OfAsync((item, caller) => _alerts.SaveAsync(known[Name(item)] with { Version = 2, Value = caller }, default));
        Assert.That(replaced.Select(answers => answers.Count(saved => saved)), Is.All.EqualTo(1));
    }

    private static string Name(int item) => FormattableString.Invariant($"rule-{item}");

    private static Alert New(string id) => Filled.Alert() with { Id = id, Version = 1, Generation = Guid.NewGuid() };

    private async Task<Alert> OneAsync() => (await _alerts.AllAsync(default)).Single();
}
