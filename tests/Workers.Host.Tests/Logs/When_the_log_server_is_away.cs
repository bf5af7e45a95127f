using System.Globalization;
using Workers.Testing;

namespace Workers.Host.Tests.Logs;

/// <summary>Events wait on disk for a log server that does not take them, and come when it does.</summary>
[Category("Integration")]
internal sealed class When_the_log_server_is_away
{
    private static readonly TimeSpan Away = TimeSpan.FromMinutes(1);

    [Test]
    public async Task For_a_minute_no_line_is_lost_not_even_of_a_process_that_is_killed()
    {
        var buffer = Directory.CreateTempSubdirectory("workers-buffer-");
        await using var server = await LogServer.StartAsync();
        await using var fleet = await LoggedFleet.StartAsync(server, new() { ["Log:SeqBuffer"] = buffer.FullName });
        var began = TimeProvider.System.GetTimestamp();
        server.IsAway = true;
        var jobs = await fleet.SubmitAsync(Enumerable.Range(0, 100).Select(number => string.Create(CultureInfo.InvariantCulture, $"a lighthouse {number}")));
        await fleet.EndedAsync(jobs.Count);
        Assert.That(server.Events.Count(one => one.Id() == Ended), Is.Zero, "it is away");

        await fleet.ReplaceAsync("submission");
        await fleet.ReplaceAsync("retrieval");
        await Eventually.HoldsAsync(() => Task.FromResult(TimeProvider.System.GetElapsedTime(began) > Away), () => "A minute should be over.", seconds: 90);
        server.IsAway = false;
        await fleet.EndAsync();

        Assert.That(server.Refused, Is.GreaterThan(4), "all four tried");
        var ofJobs = server.Events.Where(one => one.Id() >= 1000 && one.Text("JobId") is not null).ToLookup(one => Guid.Parse(one.Text("JobId")!), one => one.Id());
        foreach (var (jobId, _) in jobs)
        {
            Assert.That(ofJobs[jobId], Is.SupersetOf(When_jobs_are_logged.Life), jobId.ToString());
        }

        buffer.Delete(recursive: true);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Whose_answers_are_lost_it_has_every_line_at_least_once(bool isOnDisk)
    {
        var buffer = Directory.CreateTempSubdirectory("workers-buffer-");
        await using var server = await LogServer.StartAsync();
        server.LosesAnswers = true;
        await using var fleet = await LoggedFleet.StartAsync(server, isOnDisk ? new() { ["Log:SeqBuffer"] = buffer.FullName } : []);
        var jobs = await fleet.SubmitAsync(Enumerable.Range(0, 20).Select(number => string.Create(CultureInfo.InvariantCulture, $"a lighthouse {number}")));
        await fleet.EndedAsync(jobs.Count);
        server.LosesAnswers = false;
        await fleet.EndAsync();

        var lines = server.Events.Where(one => one.Id() >= 1000).ToList();
        var once = lines.DistinctBy(one => one.GetRawText()).Where(one => one.Text("JobId") is not null).ToLookup(one => Guid.Parse(one.Text("JobId")!), one => one.Id());
        Assert.That(lines.DistinctBy(one => one.GetRawText()).Count(), Is.LessThan(lines.Count), "some came twice, or nothing was tried");
        foreach (var (jobId, _) in jobs)
        {
            Assert.That(once[jobId], Is.SupersetOf(When_jobs_are_logged.Life), jobId.ToString());
        }

        buffer.Delete(recursive: true);
    }

    private const int Ended = 1043;
}
