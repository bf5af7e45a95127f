using System.Net;
using Microsoft.Extensions.Time.Testing;
using Workers.Contracts;
using Workers.Providers.Tests.Support;

namespace Workers.Providers.Tests.Http;

/// <summary>Who tries again, how often and how soon.</summary>
internal sealed class When_a_call_fails
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 10, 1, 0, 0, 0, TimeSpan.Zero));
    private ScriptedArk _ark = null!;
    private ProviderHost _host = null!;

    [SetUp]
    public void Start() => Use([]);

    [TearDown]
    public void Stop()
    {
        _host.Dispose();
        _ark.Dispose();
    }

    private void Use(Dictionary<string, string?> settings)
    {
        _host?.Dispose();
        _ark?.Dispose();
        _ark = new ScriptedArk(_time);
        _host = new ProviderHost(_ark, _time, settings);
    }

    private Task<TaskPage> List() => _host.Seedance.ListAsync(ProviderHost.Account, ["cgt-1"], CancellationToken.None);

    private Task<ProviderTask?> Get(string account = ProviderHost.Account) => _host.Seedance.GetAsync(account, "cgt-1", CancellationToken.None);

    /// <summary>Waits pass at once, so that a create that is wrongly tried again fails the test instead of hanging it.</summary>
    private Task<CreateOutcome> Create() => _time.PassUntilDoneAsync(_host.Seedance.CreateAsync(Some.Create(), CancellationToken.None));

    [TestCase(500)]
    [TestCase(503)]
    [TestCase(429)]
    [TestCase(408)]
    public async Task A_read_is_tried_again_until_it_is_answered(int status)
    {
        _ark.Answers((HttpStatusCode)status, "").Answers((HttpStatusCode)status, "").Answers(Some.Task());

        var task = await _time.PassUntilDoneAsync(Get());

        Assert.That(task!.TaskId, Is.EqualTo("cgt-1"));
        Assert.That(_ark.Calls, Has.Count.EqualTo(3));
        Assert.That(_ark.Calls.Select(call => call.RequestId), Is.Unique, "Each try has a name of its own.");
    }

    [Test]
    public void A_read_is_tried_four_times_and_no_more()
    {
        _ark.Answers(HttpStatusCode.InternalServerError, "");

        var fault = Assert.ThrowsAsync<ProviderUnavailableException>(() => _time.PassUntilDoneAsync(Get()))!;

        Assert.That(fault.Failure.Bucket, Is.EqualTo(FailureBucket.ServerError));
        Assert.That(_ark.Calls, Has.Count.EqualTo(4));
    }

    [Test]
    public void A_refused_read_is_not_tried_again()
    {
        _ark.Refuses(401, "AuthenticationError");

        Assert.ThrowsAsync<ProviderUnavailableException>(() => _time.PassUntilDoneAsync(Get()));
        Assert.That(_ark.Calls, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_list_is_never_tried_again_within_a_second()
    {
        _ark.Answers(HttpStatusCode.InternalServerError, "");

        Assert.ThrowsAsync<ProviderUnavailableException>(() => _time.PassUntilDoneAsync(List()));

        var gaps = _ark.Calls.Zip(_ark.Calls.Skip(1), (earlier, later) => later.At - earlier.At).ToArray();
        Assert.That(gaps, Has.Length.EqualTo(3).And.All.GreaterThanOrEqualTo(TimeSpan.FromSeconds(1.1)));
    }

    [Test]
    public async Task A_read_waits_as_long_as_it_is_told()
    {
        _ark.Answers(HttpStatusCode.TooManyRequests, "", ("Retry-After", "5")).Answers(Some.Task());

        await _time.PassUntilDoneAsync(Get());

        Assert.That(_ark.Calls[1].At - _ark.Calls[0].At, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(5)));
    }

    [Test]
    public void A_wait_that_outlasts_the_call_is_not_waited_for()
    {
        _ark.Answers(HttpStatusCode.TooManyRequests, "", ("Retry-After", "31"));

        var fault = Assert.ThrowsAsync<ProviderUnavailableException>(() => _time.PassUntilDoneAsync(Get()))!;

        Assert.That(fault.Failure.Bucket, Is.EqualTo(FailureBucket.RateLimit));
        Assert.That(_ark.Calls, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_create_without_an_answer_in_time_is_uncertain_and_asked_once()
    {
        _ark.Does(() => new TaskCompletionSource<HttpResponseMessage>().Task);
        var start = _time.GetUtcNow();

        var outcome = await Create();

        Assert.That(outcome, Is.InstanceOf<CreateOutcome.Uncertain>());
        Assert.That(((CreateOutcome.Uncertain)outcome).Failure.Bucket, Is.EqualTo(FailureBucket.Timeout));
        Assert.That(_ark.Calls, Has.Count.EqualTo(1));
        Assert.That(_time.GetUtcNow() - start, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(30)));
    }

    [Test]
    public async Task Creates_are_paused_after_many_failures_and_then_surely_make_nothing()
    {
        _ark.Answers(HttpStatusCode.InternalServerError, "");
        for (var i = 0; i < 10; i++)
        {
            Assert.That(await Create(), Is.InstanceOf<CreateOutcome.Uncertain>());
        }

        var outcome = await Create();

        Assert.That(outcome, Is.InstanceOf<CreateOutcome.NotCreated>());
        var failure = ((CreateOutcome.NotCreated)outcome).Failure;
        Assert.That((failure.Code, failure.Disposition), Is.EqualTo(("CircuitOpen", Disposition.Retry)));
        Assert.That(_ark.Calls, Has.Count.EqualTo(10));
    }

    [Test]
    public async Task One_accounts_failures_do_not_pause_another()
    {
        Use(new()
        {
            ["Accounts:other:Provider"] = "seedance",
            ["Accounts:other:ApiKey"] = "key-of-other",
            ["Http:Retries"] = "0",
        });
        _ark.Answers(HttpStatusCode.InternalServerError, "");
        for (var i = 0; i < 11; i++)
        {
            Assert.ThrowsAsync<ProviderUnavailableException>(() => Get());
        }

        _ark.Answers(Some.Task());
        Assert.That(_ark.Calls, Has.Count.EqualTo(10), "The account is paused.");
        Assert.That(await Get("other"), Is.Not.Null);
        Assert.That(_ark.Calls[^1].Authorization, Is.EqualTo("Bearer key-of-other"));
    }

    [Test]
    public async Task Refusals_pause_nothing()
    {
        _ark.Refuses(429, "RateLimitExceeded.EndpointRPMExceeded");
        for (var i = 0; i < 30; i++)
        {
            await Create();
        }

        Assert.That(_ark.Calls, Has.Count.EqualTo(30));
    }
}
