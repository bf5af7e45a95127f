using System.Collections.Concurrent;
using System.Diagnostics;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Telemetry;
using Workers.Testing.Fleet;

namespace Workers.Jobs.Tests.Fleet;

/// <summary>What a collector of spans can tell of a job.</summary>
internal sealed class When_jobs_are_traced : FleetTest
{
    private readonly ConcurrentQueue<Activity> _spans = new();
    private ActivityListener _listener = null!;

    /// <summary>Slow enough that no call times out on a busy machine: each job has one.</summary>
    protected override double TimeScale => 10;

    [SetUp]
    public void Listen()
    {
        _spans.Clear();
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == JobTrace.SourceName,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    [TearDown]
    public void ListenNoMore() => _listener.Dispose();

    [Test]
    public async Task The_call_that_pays_is_a_span_of_the_jobs_trace_named_by_the_conventions()
    {
        await StartFleet();
        var job = await JobShouldBe(await Submit(Submission(key: Unique())), nameof(JobLifecycle.Succeeded));

        var call = OfJob(job.CorrelationId).Single(span => span.Kind == ActivityKind.Client);
        Assert.That(call.DisplayName, Is.EqualTo("generate_content dreamina-seedance-2-0-260128"));
        Assert.That(call.TagObjects.ToDictionary(), Is.EquivalentTo(new Dictionary<string, object?>
        {
            ["gen_ai.operation.name"] = "generate_content",
            ["gen_ai.provider.name"] = "seedance",
            ["gen_ai.request.model"] = "dreamina-seedance-2-0-260128",
            ["gen_ai.response.id"] = job.TaskId,
        }));
    }

    [Test]
    public async Task A_call_that_failed_says_for_which_cause()
    {
        await StartFleet();
        var job = await JobShouldBe(await Submit(Submission("a lighthouse [simulate create answer 400 InputTextSensitiveContentDetected]", Unique())), nameof(JobLifecycle.Blocked));

        var call = OfJob(job.CorrelationId).Single(span => span.Kind == ActivityKind.Client);
        Assert.That(call.Status, Is.EqualTo(ActivityStatusCode.Error));
        Assert.That(call.GetTagItem("error.type"), Is.EqualTo("ContentPolicy"));
        Assert.That(call.GetTagItem("gen_ai.response.id"), Is.Null);
    }

    [Test]
    public async Task A_round_is_a_trace_of_its_own_and_linked_with_those_of_the_jobs_whose_ends_it_saw()
    {
        await StartFleet();
        List<Guid> jobs = [await Submit(Submission(key: Unique())), await Submit(Submission(key: Unique()))];
        foreach (var job in jobs)
        {
            await JobShouldBe(job, nameof(JobLifecycle.Succeeded));
        }

        foreach (var job in jobs)
        {
            var end = OfJob(job).First(span => span.OperationName == "task end");
            var link = end.Links.Single().Context;
            await Eventually(() => Task.FromResult(Rounds().Any(round => round.SpanId == link.SpanId)), () => "The round should have ended."); // it tells the ends before its own
            var round = Rounds().Single(span => span.SpanId == link.SpanId);
            Assert.That(jobs.Select(JobTrace.IdOf), Has.None.EqualTo(round.TraceId));
            Assert.That(round.Links.Select(one => one.Context.SpanId), Has.Some.EqualTo(end.SpanId));
        }
    }

    /// <summary>The spans of other tests in this process come here too, and jobs with the same key have the same trace.</summary>
    private static string Unique() => $"k-{Guid.NewGuid():N}";

    private IEnumerable<Activity> OfJob(Guid jobId) => _spans.Where(span => span.TraceId == JobTrace.IdOf(jobId));

    private IEnumerable<Activity> Rounds() => _spans.Where(span => span.OperationName == "process PollRound");
}
