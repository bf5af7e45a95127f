using System.Globalization;
using System.Text.Json;
using Workers.Testing;

namespace Workers.Host.Tests.Logs;

/// <summary>What an operator reads in Seq of jobs that four processes worked on.</summary>
[Category("Integration")]
internal sealed class When_jobs_are_logged
{
    private const int Jobs = 1_000;

    private const int Accepted = 1040;
    private const int Changed = 1041;
    private const int Blocked = 1042;
    private const int Ended = 1043;
    private const int HasTask = 2010;
    private const int Uncertain = 2012;
    private const int TaskEnded = 3021;
    private const int Adopted = 3030;
    private const int Stored = 4002;
    private const int DeliveryFailed = 5002;
    private const int Answered = 9001;
    private const int Unanswered = 9002;
    private const int Fetched = 9003;

    /// <summary>The lines of a life in which nothing goes wrong: two calls for this job alone, three changes of state.</summary>
    internal static readonly int[] Life = [Accepted, Changed, Changed, Ended, HasTask, TaskEnded, Stored, Answered, Fetched];

    /// <summary>No call times out, not even on a machine that is busy with all jobs at once.</summary>
    private static readonly Dictionary<string, string?> Patient = new()
    {
        ["Http:CreateTimeout"] = "00:00:30",
        ["Http:CallTimeout"] = "00:00:30",
        ["Http:TotalTimeout"] = "00:01:00",
        ["Submission:CallMargin"] = "00:00:15",
    };

    [Test]
    public async Task Every_line_of_every_life_arrives_once_and_says_whose_it_is()
    {
        await using var server = await LogServer.StartAsync();
        await using var fleet = await LoggedFleet.StartAsync(server, Patient);
        var jobs = await fleet.SubmitAsync(Enumerable.Range(0, Jobs).Select(number => string.Create(CultureInfo.InvariantCulture, $"a lighthouse {number}")));
        await Eventually.HoldsAsync(() => Task.FromResult(server.Events.Count(one => one.Id() == Ended) >= Jobs), () => $"{server.Events.Count(one => one.Id() == Ended)} ends were logged.", seconds: 180, latest: TimeSpan.FromMilliseconds(200));
        await fleet.EndAsync();

        var events = server.Events;
        var ofJobs = events.Where(one => one.Text("JobId") is not null).ToLookup(one => Guid.Parse(one.Text("JobId")!));
        foreach (var (jobId, correlation) in jobs)
        {
            var life = ofJobs[jobId].Where(one => one.Id() >= 1000).ToList(); // a library's own lines aside
            Assert.That(life.Select(one => one.Id()), Is.EquivalentTo(Life), jobId.ToString());
            foreach (var line in life)
            {
                Assert.That(line.Text("@tr"), Is.EqualTo(jobId.ToString("N")), $"trace of {line}");
                Assert.That(line.Text("CorrelationId"), Is.EqualTo(correlation.ToString()), line.ToString());
                Assert.That(line.Text("TenantId"), Is.EqualTo("acme"), line.ToString());
                Assert.That(line.Text("Provider"), Is.EqualTo("seedance"), line.ToString());
                Assert.That(line.Text("Account"), Is.EqualTo("main"), line.ToString());
                Assert.That(line.Text("Attempt"), Is.EqualTo("1"), line.ToString());
                Assert.That(Guid.TryParse(line.Text("MessageId"), out _), line.ToString());
                Assert.That(line.Text("ProviderTaskId") is not null, Is.EqualTo(HasTaskBy(line)), line.ToString());
            }
        }

        var lists = events.Where(one => one.Id() == Answered && one.Text("Operation") == "seedance list").Select(one => one.Text("RequestId")).ToHashSet();
        Assert.That(events.Where(one => one.Id() == TaskEnded).Select(one => one.Text("RequestId")).Distinct(), Is.SubsetOf(lists));
        Assert.That(events.Where(one => one.Text("JobId") is null && one.Id() == Answered), Has.All.Matches<JsonElement>(one => one.Text("@tr") is { Length: 32 }), "A round has a trace of its own.");
    }

    [Test]
    public async Task One_job_is_followed_over_all_processes_by_its_correlation_id_alone()
    {
        await using var server = await LogServer.StartAsync();
        await using var fleet = await LoggedFleet.StartAsync(server);
        var (job, correlation) = (await fleet.SubmitAsync(["a lighthouse [simulate create once drop-response] [simulate download answer 500]", "another"]))[0];
        await Eventually.HoldsAsync(() => Task.FromResult(server.Events.Any(one => one.Id() == Blocked)), () => string.Join('\n', server.Events), seconds: 150, latest: TimeSpan.FromMilliseconds(200));
        await fleet.EndAsync();

        var life = server.Events.Where(one => one.Text("CorrelationId") == correlation.ToString()).OrderBy(one => one.At()).ToList();
        var told = string.Join('\n', life.Select(one => $"{one.At():O} {one.Text("Roles")} {one.Id()} {one.Text("@mt")}"));
        TestContext.Out.WriteLine(told);
        Assert.That(life.Select(one => one.Text("JobId")), Has.All.EqualTo(job.ToString()), told);
        Assert.That(life.Select(one => one.Text("@tr")), Has.All.EqualTo(job.ToString("N")), told);
        Assert.That(life.Select(one => one.Text("Process")).Distinct().Count(), Is.EqualTo(4), told);
        Assert.That(
            life.Where(one => one.Id() is >= 1000 and not (Answered or Fetched)).Select(one => one.Id()),
            Is.EqualTo([Accepted, Unanswered, Uncertain, Adopted, Changed, TaskEnded, Changed, DeliveryFailed, DeliveryFailed, DeliveryFailed, DeliveryFailed, Blocked]),
            told);
        Assert.That(life[^1].Text("Bucket"), Is.EqualTo("ServerError"), told);
    }

    /// <summary>The task is known from the answer to the call on.</summary>
    private static bool HasTaskBy(JsonElement line) =>
        line.Id() != Accepted && !(line.Id() == Answered && line.Text("Operation") == "seedance create");
}
