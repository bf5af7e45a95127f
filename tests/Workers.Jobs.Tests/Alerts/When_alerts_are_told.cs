using Workers.Contracts;
using Workers.Jobs.Alerts;

namespace Workers.Jobs.Tests.Alerts;

internal sealed class When_alerts_are_told : AlertsTest
{
    [SetUp]
    public void Watch() => Rule("f", new AlertRule { Kind = AlertKind.Failures, Bucket = FailureBucket.Quota, MoreThan = 3, Within = 2 * Minute });

    [Test]
    public async Task All_that_a_person_needs_is_in_the_message()
    {
        await PassAsync("4 0 0", count => FailAsync(count));

        Assert.That(Published.Select(one => one.Message), Is.EqualTo(new object[]
        {
            new AlertFiring
            {
                Rule = "f", Kind = AlertKind.Failures, Subject = null, TenantId = null, Level = AlertLevel.Warning, Value = 4, Limit = 3,
                Reason = "4 failures in the bucket Quota within 00:02:00", At = Now - (2 * Minute),
            },
            new AlertResolved
            {
                Rule = "f", Kind = AlertKind.Failures, Subject = null, TenantId = null, Level = AlertLevel.Warning, Value = 0, Limit = 3,
                Reason = "0 failures in the bucket Quota within 00:02:00", FiredAt = Now - (2 * Minute), At = Now,
            },
        }));
        Assert.That(Logged, Is.EqualTo(Words("Warning 5101; Information 5102")));
        Assert.That(Published.Select(one => one.MessageId), Is.Unique);
    }

    [Test]
    public async Task Of_two_watchers_that_look_at_once_one_tells()
    {
        var gate = new MeetingAlerts(Stores.Alerts);
        var (one, other) = (NewLook(gate), NewLook(gate));
        foreach (var count in new[] { 0, 4, 0, 0, 4 })
        {
            Now += Minute;
            await FailAsync(count);
            await Task.WhenAll(one.LookAsync(Now, default), other.LookAsync(Now, default));
        }

        Assert.That(Told, Is.EqualTo(Words("2 fires f 4; 4 resolved f 0; 5 fires f 4")));
        Assert.That(Logged, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task What_a_process_saved_before_it_died_is_told_by_the_next_look_with_its_own_words()
    {
        await PassAsync("0", _ => Task.CompletedTask);
        await FailAsync(4);
        Now += Minute;
        var dying = NewLook(new DyingAlerts(Stores.Alerts));
        Assert.ThrowsAsync<InvalidOperationException>(() => dying.LookAsync(Now, default));
        Assert.That((await AlertAsync("f")).Untold, Has.Count.EqualTo(1));
        Assert.That(Told, Is.Empty);

        // Who looks within less than an interval leaves it to who saved it.
        Now += Minute / 2;
        await LookAsync();
        Assert.That(Told, Is.Empty);

        Now += Minute / 2;
        await FailAsync(6);
        await LookAsync();
        Assert.That(Told, Is.EqualTo(Words("2 fires f 4")));
        await PassAsync("0 0 0", _ => Task.CompletedTask);
        Assert.That(Told, Is.EqualTo(Words("2 fires f 4; 5 resolved f 0")));
        Assert.That((await AlertAsync("f")).Untold, Is.Empty);
    }

    [Test]
    public async Task While_the_broker_is_away_nothing_is_lost_and_each_change_is_logged_once()
    {
        IsBrokerAway = true;
        foreach (var count in new[] { 4, 0, 0, 0, 4, 0 })
        {
            Now += Minute;
            await FailAsync(count);
            try
            {
                await LookAsync();
            }
            catch (TimeoutException)
            {
                // It could not be told.
            }
        }

        Assert.That(Told, Is.Empty);
        IsBrokerAway = false;
        await PassAsync("0", _ => Task.CompletedTask);

        Assert.That(Told, Is.EqualTo(Words("1 fires f 4; 3 resolved f 0; 5 fires f 4; 7 resolved f 0")));
        Assert.That(Logged, Is.EqualTo(Words("Warning 5101; Information 5102; Warning 5101; Information 5102")));
    }

    [Test]
    public async Task What_is_told_again_has_the_same_message_id_and_content()
    {
        var forgetful = NewLook(new ForgetfulAlerts(Stores.Alerts));
        Now += Minute;
        await FailAsync(4);
        await forgetful.LookAsync(Now, default);

        await PassAsync("6", count => FailAsync(count));

        Assert.That(Published, Has.Count.EqualTo(2));
        Assert.That(Published[1], Is.EqualTo(Published[0]));
    }

    [Test]
    public async Task A_rule_that_cannot_be_looked_at_does_not_keep_the_others_from_it()
    {
        Rule("a", new AlertRule { Kind = (AlertKind)99, MoreThan = 0 });
        await FailAsync(4);

        Assert.ThrowsAsync<InvalidOperationException>(LookAsync);

        Assert.That(Told, Is.EqualTo(Words("0 fires f 4")));
    }

    [Test]
    public async Task An_alert_that_nobody_watches_any_more_is_resolved_and_put_away()
    {
        await PassAsync("4", count => FailAsync(count));
        Options.Rules["f"].Enabled = false;

        await PassAsync("0 0 0 0 0 0 0 0 0", _ => Task.CompletedTask);
        Assert.That(Told, Is.EqualTo(Words("1 fires f 4")), "another process may know it");
        await PassAsync("0", _ => Task.CompletedTask);
        Assert.That(Told, Is.EqualTo(Words("1 fires f 4; 11 resolved f 0")));
        await PassAsync("0", _ => Task.CompletedTask);

        Assert.That(await Stores.Alerts.AllAsync(default), Is.Empty);
    }

    [Test]
    public async Task How_it_stands_is_on_record_at_each_look()
    {
        await PassAsync("2 2", count => FailAsync(count));
        Assert.That(await AlertAsync("f"), Has.Property(nameof(Alert.State)).EqualTo(AlertState.Firing).And.Property(nameof(Alert.Since)).EqualTo(Now));

        await PassAsync("3", count => FailAsync(count));
        Assert.That(await AlertAsync("f"), Has.Property(nameof(Alert.Value)).EqualTo(5).And.Property(nameof(Alert.LookedAt)).EqualTo(Now).And.Property(nameof(Alert.Since)).EqualTo(Now - Minute));
    }

    /// <summary>Both have read before either saves.</summary>
    private sealed class MeetingAlerts(IAlerts alerts) : IAlerts
    {
        private readonly Lock _lock = new();
        private TaskCompletionSource _both = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _waiting;

        public async Task<IReadOnlyList<Alert>> AllAsync(CancellationToken cancellationToken)
        {
            var all = await alerts.AllAsync(cancellationToken);
            Task both;
            lock (_lock)
            {
                both = _both.Task;
                if (++_waiting == 2)
                {
                    _both.SetResult();
                    (_both, _waiting) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), 0);
                }
            }

            await both;
            return all;
        }

        public Task<bool> SaveAsync(Alert alert, CancellationToken cancellationToken) => alerts.SaveAsync(alert, cancellationToken);

        public Task MarkToldAsync(Alert alert, int number, CancellationToken cancellationToken) => alerts.MarkToldAsync(alert, number, cancellationToken);

        public Task RemoveAsync(Alert alert, CancellationToken cancellationToken) => alerts.RemoveAsync(alert, cancellationToken);
    }

    /// <summary>The process ends right after it has saved.</summary>
    private sealed class DyingAlerts(IAlerts alerts) : IAlerts
    {
        public Task<IReadOnlyList<Alert>> AllAsync(CancellationToken cancellationToken) => alerts.AllAsync(cancellationToken);

        public async Task<bool> SaveAsync(Alert alert, CancellationToken cancellationToken)
        {
            await alerts.SaveAsync(alert, cancellationToken);
            throw new InvalidOperationException("Killed.");
        }

        public Task MarkToldAsync(Alert alert, int number, CancellationToken cancellationToken) => alerts.MarkToldAsync(alert, number, cancellationToken);

        public Task RemoveAsync(Alert alert, CancellationToken cancellationToken) => alerts.RemoveAsync(alert, cancellationToken);
    }

    /// <summary>The process ends after the broker has confirmed, before that is noted.</summary>
    private sealed class ForgetfulAlerts(IAlerts alerts) : IAlerts
    {
        public Task<IReadOnlyList<Alert>> AllAsync(CancellationToken cancellationToken) => alerts.AllAsync(cancellationToken);

        public Task<bool> SaveAsync(Alert alert, CancellationToken cancellationToken) => alerts.SaveAsync(alert, cancellationToken);

        public Task MarkToldAsync(Alert alert, int number, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task RemoveAsync(Alert alert, CancellationToken cancellationToken) => alerts.RemoveAsync(alert, cancellationToken);
    }
}
