using Workers.Contracts;
using Workers.Providers;

namespace Workers.Testing.Providers;

/// <summary>What every provider must do, whatever its API: the fleet relies on all of it. Derive from it, and say how to bring the server into each situation.</summary>
internal abstract class ProviderContract
{
    private long _fingerprint;

    /// <summary>Ready to be called, against a server without tasks.</summary>
    protected abstract IGenerationProvider Provider { get; }

    /// <summary>An account of the provider.</summary>
    protected abstract string Account { get; }

    /// <summary>How many tasks the server has made so far.</summary>
    protected abstract int TasksMade { get; }

    /// <summary>An input that passes the provider's rules, and whose task is as asked.</summary>
    protected abstract JobInput InputOf(Situation situation);

    /// <summary>Lets time pass at the server.</summary>
    protected abstract void Pass(TimeSpan time);

    /// <summary>Nobody answers at the provider's address any more.</summary>
    protected abstract Task StopServerAsync();

    [Test]
    public void An_input_that_is_fine_passes_and_has_a_price()
    {
        var input = InputOf(Situation.Succeeds);

        Assert.That(Provider.Check(input, expect: null), Is.Empty);
        Assert.That(Provider.Estimate(input, Account).Amount, Is.Positive);
        Assert.That(Provider.Estimate(input, Account).ForTokens(0).Amount, Is.Zero);
    }

    [Test]
    public void An_empty_input_is_refused_in_words() =>
        Assert.That(Provider.Check(new(), expect: null), Is.Not.Empty.And.All.Property(nameof(InputFault.Fix)).Not.Empty);

    [Test]
    public async Task A_created_task_is_found_by_id_in_a_list_and_on_a_page()
    {
        var id = await CreateAsync(Situation.Succeeds);

        var read = await GetAsync(id);
        var listed = (await ListAsync(id)).Tasks.Single();
        var browsed = (await BrowseAsync(1)).Tasks.Single();

        Assert.That(new[] { read!.TaskId, listed.TaskId, browsed.TaskId }, Is.All.EqualTo(id));
        Assert.That(new[] { read.Mismatch, listed.Mismatch, browsed.Mismatch }, Is.All.Null);
    }

    [Test]
    public async Task A_task_is_recognised_by_its_attempt_and_by_no_other()
    {
        var input = InputOf(Situation.Succeeds);
        var outcome = await AskAsync(input, fingerprint: Provider.Limits.LastFingerprint);
        var task = await GetAsync(IdOf(outcome));

        Assert.That(Provider.Matches(task!, Provider.Intent(input, Provider.Limits.LastFingerprint)), Is.True);
        Assert.That(Provider.Matches(task!, Provider.Intent(input, Provider.Limits.FirstFingerprint)), Is.False);
    }

    [Test]
    public async Task A_task_that_ends_well_has_outputs_and_a_bill()
    {
        var id = await CreateAsync(Situation.Succeeds);
        var task = await EndOfAsync(id);

        Assert.That((task.Status, task.Failure), Is.EqualTo((ProviderTaskStatus.Succeeded, (ProviderFailure?)null)));
        Assert.That(task.Outputs, Is.Not.Empty);
        Assert.That(Provider.Estimate(InputOf(Situation.Succeeds), Account).ForTokens(task.Usage!.Tokens!.Value).Amount, Is.Positive);
        Assert.That(task.UpdatedAt, Is.GreaterThan(task.CreatedAt!.Value));
    }

    [Test]
    public async Task The_estimate_is_not_below_the_bill()
    {
        var task = await EndOfAsync(await CreateAsync(Situation.Succeeds));
        var input = InputOf(Situation.Succeeds);

        Assert.That(Provider.Estimate(input, Account).Amount, Is.GreaterThanOrEqualTo(Provider.Estimate(input, Account).ForTokens(task.Usage!.Tokens!.Value).Amount));
    }

    [Test]
    public async Task A_task_that_fails_tells_why()
    {
        var task = await EndOfAsync(await CreateAsync(Situation.Fails));

        Assert.That(task.Status, Is.EqualTo(ProviderTaskStatus.Failed));
        Assert.That(task.Failure!.Reason, Is.Not.Empty);
        Assert.That(task.Usage, Is.Null);
    }

    [Test]
    public async Task A_status_that_nobody_knows_is_neither_success_nor_failure()
    {
        var task = await GetAsync(await CreateAsync(Situation.TellsAnUnknownStatus));

        Assert.That((task!.Status, task.Failure), Is.EqualTo((ProviderTaskStatus.Unrecognised, (ProviderFailure?)null)));
        Assert.That(task.Mismatch, Is.Not.Null);
    }

    [Test]
    public async Task A_task_that_nobody_knows_is_null_absent_and_not_there()
    {
        var known = await CreateAsync(Situation.Succeeds);

        Assert.That(await GetAsync("unknown"), Is.Null);
        Assert.That((await ListAsync("unknown", known)).Tasks.Select(task => task.TaskId), Is.EqualTo([known]));
        Assert.That(await CancelAsync("unknown"), Is.EqualTo(CancelOutcome.NotThere));
    }

    [Test]
    public async Task As_many_ids_as_the_limit_allows_fit_into_one_list()
    {
        var known = await CreateAsync(Situation.Succeeds);
        var others = Enumerable.Range(1, Provider.Limits.IdsPerList - 1).Select(number => $"{known[..^3]}{number:D3}x");

        Assert.That((await ListAsync([.. others, known])).Tasks.Select(task => task.TaskId), Is.EqualTo([known]));
    }

    [Test]
    public async Task A_page_past_the_last_is_empty_and_tells_how_many_there_are()
    {
        await CreateAsync(Situation.Succeeds);
        await CreateAsync(Situation.Succeeds);

        var first = await BrowseAsync(1);
        var second = await BrowseAsync(2);

        Assert.That((first.Tasks.Count, first.Total), Is.EqualTo((2, 2)));
        Assert.That((second.Tasks.Count, second.Total), Is.EqualTo((0, 2)));
    }

    [Test]
    public async Task A_refused_create_made_nothing()
    {
        var outcome = await AskAsync(InputOf(Situation.IsRefused));

        Assert.That(outcome, Is.InstanceOf<CreateOutcome.NotCreated>());
        Assert.That(((CreateOutcome.NotCreated)outcome).Failure.Disposition, Is.Not.EqualTo(Disposition.Reconcile));
        Assert.That(TasksMade, Is.Zero);
    }

    [Test]
    public async Task A_create_whose_answer_is_lost_is_uncertain_and_its_task_can_be_found()
    {
        var input = InputOf(Situation.AnswerIsLost);
        var outcome = await AskAsync(input);

        Assert.That(outcome, Is.InstanceOf<CreateOutcome.Uncertain>());
        Assert.That(((CreateOutcome.Uncertain)outcome).Failure.Disposition, Is.EqualTo(Disposition.Reconcile));
        Assert.That(TasksMade, Is.EqualTo(1), "A create is never repeated.");
        var intent = Provider.Intent(input, Provider.Limits.FirstFingerprint);
        Assert.That((await BrowseAsync(1)).Tasks.Count(task => Provider.Matches(task, intent)), Is.EqualTo(1));
    }

    [Test]
    public async Task A_create_whose_right_was_lost_makes_nothing()
    {
        var outcome = await AskAsync(InputOf(Situation.Succeeds), mayStillCall: false);

        Assert.That(outcome, Is.InstanceOf<CreateOutcome.NotCreated>());
        Assert.That(TasksMade, Is.Zero);
    }

    [Test]
    public async Task A_queued_task_can_be_dropped()
    {
        var id = await CreateAsync(Situation.StaysQueued);

        Assert.That(await CancelAsync(id), Is.EqualTo(CancelOutcome.Cancelled));
        Assert.That((await GetAsync(id))!.Status, Is.EqualTo(ProviderTaskStatus.Cancelled));
    }

    [Test]
    public async Task A_running_task_cannot()
    {
        var id = await CreateAsync(Situation.StaysRunning);
        Pass(TimeSpan.FromSeconds(30));

        Assert.That(await CancelAsync(id), Is.EqualTo(CancelOutcome.TooLate));
        Assert.That((await GetAsync(id))!.Status, Is.EqualTo(ProviderTaskStatus.Running));
    }

    [Test]
    public async Task Without_a_server_a_create_made_nothing_and_reads_can_be_tried_later()
    {
        await StopServerAsync();

        Assert.That(await AskAsync(InputOf(Situation.Succeeds)), Is.InstanceOf<CreateOutcome.NotCreated>());
        foreach (var read in new Func<Task>[] { () => GetAsync("a"), () => ListAsync("a"), () => BrowseAsync(1), () => CancelAsync("a") })
        {
            var fault = Assert.ThrowsAsync<ProviderUnavailableException>(() => read())!;
            Assert.That(fault.Failure.Disposition, Is.EqualTo(Disposition.Retry));
        }
    }

    [Test]
    public void Every_call_ends_with_its_caller()
    {
        var gone = new CancellationToken(canceled: true);
        var calls = new Func<Task>[]
        {
            () => Provider.CreateAsync(RequestOf(InputOf(Situation.Succeeds)), gone),
            () => Provider.GetAsync(Account, "a", gone),
            () => Provider.ListAsync(Account, ["a"], gone),
            () => Provider.BrowseAsync(Account, InputOf(Situation.Succeeds).Model!, 1, gone),
            () => Provider.CancelAsync(Account, "a", gone),
        };

        Assert.Multiple(() =>
        {
            foreach (var call in calls)
            {
                Assert.That(() => call(), Throws.InstanceOf<OperationCanceledException>());
            }
        });
    }

    private async Task<string> CreateAsync(Situation situation)
    {
        var input = InputOf(situation);
        var id = IdOf(await AskAsync(input, Provider.Limits.FirstFingerprint + _fingerprint++));
        Pass(Provider.Limits.VisibilityLag);
        return id;
    }

    private static string IdOf(CreateOutcome outcome) =>
        outcome is CreateOutcome.Created(var id) ? id : throw new AssertionException($"No task was created: {outcome}.");

    private async Task<CreateOutcome> AskAsync(JobInput input, long? fingerprint = null, bool mayStillCall = true)
    {
        var outcome = await Provider.CreateAsync(RequestOf(input, fingerprint, mayStillCall), CancellationToken.None);
        Pass(Provider.Limits.VisibilityLag);
        return outcome;
    }

    private CreateTask RequestOf(JobInput input, long? fingerprint = null, bool mayStillCall = true) => new()
    {
        Account = Account,
        Input = input,
        References = [.. (input.References ?? []).Select(reference => new Uri(reference.Uri!))],
        UserHash = null,
        Fingerprint = fingerprint ?? Provider.Limits.FirstFingerprint,
        CorrelationId = Guid.Empty,
        MayStillCall = () => mayStillCall,
    };

    private Task<ProviderTask?> GetAsync(string id)
    {
        Pass(TimeSpan.FromSeconds(1));
        return Provider.GetAsync(Account, id, CancellationToken.None);
    }

    private Task<TaskPage> ListAsync(params string[] ids)
    {
        Pass(Provider.Limits.ListInterval);
        return Provider.ListAsync(Account, ids, CancellationToken.None);
    }

    private Task<TaskPage> BrowseAsync(int page)
    {
        Pass(Provider.Limits.ListInterval);
        return Provider.BrowseAsync(Account, InputOf(Situation.Succeeds).Model!, page, CancellationToken.None);
    }

    private Task<CancelOutcome> CancelAsync(string id)
    {
        Pass(TimeSpan.FromSeconds(1));
        return Provider.CancelAsync(Account, id, CancellationToken.None);
    }

    private async Task<ProviderTask> EndOfAsync(string id)
    {
        Pass(TimeSpan.FromHours(1));
        return await GetAsync(id) ?? throw new AssertionException("The task is gone.");
    }
}

/// <summary>What the server makes of a create.</summary>
internal enum Situation
{
    /// <summary>Within an hour.</summary>
    Succeeds,

    /// <summary>Within an hour.</summary>
    Fails,
    StaysQueued,

    /// <summary>From half a minute on.</summary>
    StaysRunning,
    TellsAnUnknownStatus,

    /// <summary>The create is answered with an error, and makes no task.</summary>
    IsRefused,

    /// <summary>There is a task that succeeds, but the create's answer never comes.</summary>
    AnswerIsLost,
}
