using MassTransit;
using Workers.Contracts;
using Workers.Jobs.Failpoints;
using Workers.Jobs.Lifecycle;
using Workers.Testing.Fleet;

namespace Workers.Jobs.Tests.Lifecycle;

/// <summary>Whoever names a queue hears there what all hear: the same events with the same ids.</summary>
internal sealed class When_a_reply_is_asked_for : FleetTest
{
    private const string Answers = "studio-answers";

    private readonly EventLog _answers = new();

    [Test]
    public async Task Every_event_of_the_job_comes_there()
    {
        await StartListening();

        var jobId = await SubmitFor(Answers, Submission());

        await Eventually(() => Task.FromResult(_answers.All.Count == 3), () => $"There should be three answers, and there are {_answers.All.Count}.");
        Assert.That(_answers.All.Select(answer => answer.Event.GetType()), Is.EquivalentTo((Type[])[typeof(JobAccepted), typeof(JobStarted), typeof(JobSucceeded)]));
        await TheyAreTheEvents();
        Assert.That((await Find(jobId))!.ReplyTo, Is.EqualTo(Answers));
    }

    [Test]
    public async Task So_do_a_block_and_a_failure()
    {
        await StartListening();

        await SubmitFor(Answers, Submission("a lighthouse", "blocked", ("duration", 99)));
        await SubmitFor(Answers, Submission("a lighthouse [simulate task moderate]", "failed"));

        await Answered<JobBlocked>();
        await Answered<JobFailed>();
        await TheyAreTheEvents();
    }

    [Test]
    public async Task So_does_the_refusal_of_a_submission()
    {
        await StartListening();

        await SubmitFor(Answers, Submission() with { TenantId = "no tenant" });

        await Answered<SubmissionRejected>();
        await TheyAreTheEvents();
    }

    [Test]
    public async Task So_does_the_refusal_of_another_input_for_the_key()
    {
        await StartListening();
        var jobId = await Submit(Submission("a lighthouse", "taken"));
        await Heard<JobAccepted>(accepted => accepted.JobId == jobId);
        await SubmitFor(Answers, Submission("a windmill", "taken"));

        await Answered<SubmissionRejected>();
        Assert.That(_answers.All, Has.Count.EqualTo(1), "the job's events are for who submitted it");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task So_does_the_refusal_of_a_command(bool isKnown)
    {
        await StartListening();
        var jobId = isKnown ? await Submit() : Guid.NewGuid();
        if (isKnown)
        {
            await Heard<JobSucceeded>(e => e.JobId == jobId);
        }

        await Fleet.Bus.Publish(new CancelJob { JobId = jobId, TenantId = Tenant, RequestedBy = Operator }, publish => publish.ResponseAddress = ReplyAddress.AddressOf(Answers));

        await Answered<CommandRejected>();
        await TheyAreTheEvents();
        Assert.That(_answers.All, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Who_submits_again_from_elsewhere_is_answered_there_from_then_on()
    {
        await StartListening();
        await SubmitFor("studio-gone", Submission("a lighthouse", "again", ("duration", 99)));
        await Heard<JobBlocked>(_ => true);

        var jobId = await SubmitFor(Answers, Submission("a lighthouse", "again", ("duration", 99)));
        await Answered<JobAccepted>();
        await Resume(jobId, Corrected());

        await Answered<JobSucceeded>();
    }

    [Test]
    public async Task A_queue_that_is_not_there_changes_nothing()
    {
        await StartListening();

        var jobId = await SubmitFor("studio-gone", Submission());

        await Heard<JobSucceeded>(e => e.JobId == jobId);
        Assert.That(_answers.All, Is.Empty);
        NothingIsPaidTwice();
    }

    [TestCase("queue:workers-start-job")]
    [TestCase("rabbitmq://elsewhere/%00")]
    public async Task An_address_that_is_no_queue_of_the_senders_is_passed_over(string address)
    {
        await StartListening();

        await Fleet.Bus.Publish(Submission(), publish => publish.ResponseAddress = new Uri(address));

        await Heard<JobSucceeded>(_ => true);
        Assert.That((await Find(JobIdentity.JobId(Submission())))!.ReplyTo, Is.Null);
    }

    [Test]
    public async Task An_event_that_a_dead_process_did_not_tell_comes_there_too()
    {
        await StartListening();
        var submission = Submission();
        Failpoints.KillWhen(Failpoint.SavedBeforePublish, async () => (await Find(JobIdentity.JobId(submission)))?.State == nameof(JobLifecycle.Succeeded));
        await SubmitFor(Answers, submission);
        await Failpoints.ReachedAsync(Failpoint.SavedBeforePublish);

        await KillAndRestart();
        await Listen();

        await Answered<JobSucceeded>();
        await TheyAreTheEvents();
    }

    [TestCase("queue:studio-answers", "studio-answers")]
    [TestCase("rabbitmq://host/some%2Fvhost/studio_api_bus_abc?temporary=true", "studio_api_bus_abc")]
    [TestCase("loopback://localhost/studio", "studio")]
    [TestCase("queue:amq.gen-a%2Fb%3D%3D", "amq.gen-a/b==")]
    [TestCase("rabbitmq://host/", null)]
    [TestCase("queue:Workers-start-job", null)]
    [TestCase("exchange:amq.rabbitmq.reply-to", null)]
    public async Task The_queue_is_the_last_word_of_the_address(string address, string? queue)
    {
        await StartListening();

        await Fleet.Bus.Publish(Submission("a lighthouse [simulate task stuck]"), publish => publish.ResponseAddress = new Uri(address));

        await Heard<JobAccepted>(_ => true);
        Assert.That((await Find(JobIdentity.JobId(Submission("a lighthouse [simulate task stuck]"))))!.ReplyTo, Is.EqualTo(queue));
    }

    private async Task StartListening()
    {
        await StartFleet();
        await Listen();
    }

    private Task<ReceiveEndpointReady> Listen() => Fleet.Bus.ConnectReceiveEndpoint(Answers, endpoint =>
    {
        endpoint.ConfigureConsumeTopology = false;
        endpoint.Instance(_answers);
    }).Ready;

    private async Task<Guid> SubmitFor(string queue, SubmitJob submission)
    {
        await Fleet.Bus.Publish(submission, publish => publish.ResponseAddress = ReplyAddress.AddressOf(queue));
        return JobIdentity.JobId(submission);
    }

    private Task Answered<T>() => Eventually(() => Task.FromResult(_answers.Of<T>().Count > 0), () => $"There should be an answer {typeof(T).Name}.");

    /// <summary>Each answer was heard by all, with the same id and content.</summary>
    private Task TheyAreTheEvents() => Eventually(
        () => Task.FromResult(_answers.All.All(answer => Events.All.Any(heard => heard.MessageId == answer.MessageId && heard.Event.ToString() == answer.Event.ToString()))),
        () => "Each answer should be an event that all hear.");
}
