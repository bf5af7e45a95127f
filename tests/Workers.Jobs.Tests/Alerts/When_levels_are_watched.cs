using Workers.Contracts;
using Workers.Jobs.Accounts;
using Workers.Jobs.Alerts;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Submission;
using Workers.Providers.Accounts;
using Workers.Testing;

namespace Workers.Jobs.Tests.Alerts;

internal sealed class When_levels_are_watched : AlertsTest
{
    // A history of the seconds for which the oldest job has waited; more than 60.
    [TestCase("0 59 60 60", "", TestName = "The limit itself may be reached")]
    [TestCase("0 61 120 0", "2 fires w 61; 4 resolved w 0", TestName = "A job that waits for longer fires")]
    [TestCase("61 60 61", "1 fires w 61; 2 resolved w 60; 3 fires w 61", TestName = "It is resolved at the limit")]
    [TestCase("61 ? 61 R? 0", "1 fires w 61; 5 resolved w 0", TestName = "Nothing known of waiting jobs is no change")]
    public async Task The_job_that_waits_for_longest_fires(string history, string expected)
    {
        Rule("w", new AlertRule { Kind = AlertKind.OldestWaiting, MoreThan = 60 });
        Job? oldest = null;

        await PassAsync(history, async seconds =>
        {
            if (oldest is not null)
            {
                await Stores.Jobs.RemoveAsync(oldest.CorrelationId, oldest.Generation, default);
            }

            (oldest = Some.Job()).State = seconds > 0 ? nameof(JobLifecycle.Waiting) : nameof(JobLifecycle.Running);
            oldest.ChangedAt = Now.AddSeconds(-seconds);
            await Stores.Jobs.AddAsync(oldest, default);
        });

        Assert.That(Told, Is.EqualTo(Words(expected)));
    }

    [Test]
    public async Task A_folder_that_takes_no_results_is_an_alert_of_its_own()
    {
        Rule("r", new AlertRule { Kind = AlertKind.ResultsUnwritable, Level = AlertLevel.Error });

        await PassAsync("0 1 2 3 4 5", async minute => await (minute switch
        {
            1 => PauseAsync(Workers.Jobs.Retrieval.ResultsRoom.Record, 2 * Minute),
            _ => Task.CompletedTask,
        }));

        Assert.That(Told, Is.EqualTo(Words("2 fires r 1; 5 resolved r 0")));
        Assert.That(Logged, Is.EqualTo(Words("Error 5101; Information 5102")));
    }

    [Test]
    public async Task Each_paused_account_is_an_alert_of_its_own()
    {
        Rule("a", new AlertRule { Kind = AlertKind.AccountPaused, Level = AlertLevel.Error });
        Accounts.Named["main"] = new AccountOptions();
        Accounts.Named["spare"] = new AccountOptions();

        await PassAsync("0 1 2 3 4 5 6 7", async minute =>
        {
            await (minute switch
            {
                1 => PauseAsync("main", 2 * Minute),
                3 => PauseAsync("spare", 10 * Minute),
                5 => Stores.Accounts.OpenAsync("spare", default),
                _ => Task.CompletedTask,
            });
        });

        // A pause counts for one look after its end: a call tries the account out, and may pause it again.
        Assert.That(Told, Is.EqualTo(Words("2 fires a/main 1; 4 fires a/spare 1; 5 resolved a/main 0; 6 resolved a/spare 0")));
        Assert.That(((AlertFiring)Published[0].Message).Reason, Does.StartWith("Account main is paused for Quota"));
        Assert.That(Logged, Is.EqualTo(Words("Error 5101; Error 5101; Information 5102; Information 5102")));
    }

    [Test]
    public async Task A_pause_that_begins_anew_when_it_ends_is_one()
    {
        Rule("a", new AlertRule { Kind = AlertKind.AccountPaused });
        Accounts.Named["main"] = new AccountOptions();

        await PassAsync("1 1 1 0 0", pause => pause == 1 ? PauseAsync("main", TimeSpan.FromSeconds(30)) : Task.CompletedTask);

        Assert.That(Told, Is.EqualTo(Words("1 fires a/main 1; 5 resolved a/main 0")));
    }

    [Test]
    public async Task A_pause_for_the_rate_needs_nobody()
    {
        Rule("a", new AlertRule { Kind = AlertKind.AccountPaused });
        Accounts.Named["main"] = new AccountOptions();

        await PassAsync("0 0", _ => Stores.Accounts.PauseAsync("main", new AccountPause(FailureBucket.RateLimit, "Too many calls.", Now, Now + Minute), default));

        Assert.That(Told, Is.Empty);
    }

    [Test]
    public async Task An_account_whose_tasks_can_not_be_looked_at_is_an_alert()
    {
        Rule("u", new AlertRule { Kind = AlertKind.UnseenTasks, MoreThan = 0 });
        Accounts.Named["main"] = new AccountOptions();
        Accounts.Named["spare"] = new AccountOptions();
        var attempt = Some.Attempt(AttemptState.Live);
        await Stores.Attempts.OpenAsync(attempt, default);
        await Stores.Attempts.OpenAsync(Some.Attempt(AttemptState.Open) with { Watch = new AttemptWatch { FailedReads = 3 } }, default);

        await PassAsync("0 1 2 0", failed => Stores.Attempts.SaveRoundAsync([new AttemptSighting(attempt.Id, Now, new AttemptWatch { FailedReads = failed })], default));

        Assert.That(Told, Is.EqualTo(Words("2 fires u/main 1; 4 resolved u/main 0")));
        Assert.That(((AlertFiring)Published[0].Message).Reason, Is.EqualTo("1 tasks of account main can't be looked at"));
    }

    private Task PauseAsync(string account, TimeSpan time) => Stores.Accounts.PauseAsync(account, new AccountPause(FailureBucket.Quota, "No money.", Now, Now + time), default);
}
