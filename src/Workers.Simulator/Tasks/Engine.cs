using System.Globalization;
using Workers.Simulator.Faulting;
using Workers.Simulator.Requests;

namespace Workers.Simulator.Tasks;

/// <summary>
/// The provider itself. Everything that is due by the clock happens, in its own order and at its own time, before anyone looks: state is a function of
/// the clock, and what is read under <see cref="Gate"/> after <see cref="CatchUp"/> is true of that instant.
/// </summary>
internal sealed class Engine
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);
    private static readonly TimeSpan CancelledKept = TimeSpan.FromHours(24);

    private readonly SimulatorOptions _options;
    private readonly TimeProvider _time;
    private readonly Chance _chance;
    private readonly FaultDecider _faults;
    private readonly Agenda _agenda = new();
    private readonly Dictionary<string, Account> _accountsByKey = [];
    private readonly Dictionary<string, GenerationTask> _tasks = [];
    private readonly Dictionary<string, int> _tries = [];
    private long _sequence;

    public Engine(SimulatorOptions options, TimeProvider time, Chance chance, FaultDecider faults)
    {
        (_options, _time, _chance, _faults) = (options, time, chance, faults);
        Ledger = new Ledger(Gate, () => CatchUp(), options);
        var accounts = options.ApiKeys.Values.Distinct().ToDictionary(name => name, name => new Account(name, options));
        foreach (var (key, name) in options.ApiKeys)
        {
            _accountsByKey.Add(key, accounts[name]);
        }
    }

    /// <summary>Held for every look and every change; never across a wait.</summary>
    public Lock Gate { get; } = new();

    public Ledger Ledger { get; }

    /// <summary>Called under the gate when something is due earlier than anything before.</summary>
    public Action DueEarlier { get; set; } = () => { };

    /// <summary>Called under the gate for each callback to send.</summary>
    public Action<GenerationTask, TaskState> StateChanged { get; set; } = (_, _) => { };

    /// <summary>When the next thing happens by itself, or null.</summary>
    public DateTimeOffset? NextDue => _agenda.Next;

    public Account? FindAccount(string key) => _accountsByKey.GetValueOrDefault(key);

    public GenerationTask? FindTask(string id) => _tasks.GetValueOrDefault(id);

    /// <summary>How many calls of this name there were, this one included.</summary>
    public int CountTry(string name) => _tries[name] = _tries.GetValueOrDefault(name) + 1;

    /// <summary>Lets happen what is due. Under the gate.</summary>
    /// <returns>Now.</returns>
    public DateTimeOffset CatchUp()
    {
        var now = _time.GetUtcNow();
        while (_agenda.TryTake(now, out var task, out var what, out var at))
        {
            Happen(task, what, at);
        }

        return now;
    }

    /// <summary>Makes a task, or says why not. Under the gate, caught up.</summary>
    public (GenerationTask? Task, ArkError? Refusal) Create(Account account, CreateBody body, string jobKey, int createTry, DateTimeOffset now)
    {
        if (body.Content.DraftTaskId is { } draftId)
        {
            if (FindTask(draftId) is not { State: TaskState.Succeeded, Body.Draft: true } draft || draft.Account != account || !draft.IsVisibleAt(now))
            {
                return (null, ArkError.Invalid("content[0].draft_task.id", "it must be a draft of this account that has succeeded"));
            }

            if (draft.Body.Model != body.Model)
            {
                return (null, ArkError.Invalid("model", "it must be the model of the draft"));
            }

            body = Final(body, draft);
        }

        var pool = account.PoolFor(body.ModelId, body.Resolution);
        if (!pool.Creates.TryBegin(now))
        {
            return (null, ArkError.TooManyCreates(body.ModelId));
        }

        if (_options.MaxQueued > 0 && account.Queued >= _options.MaxQueued)
        {
            return (null, ArkError.TooManyQueued);
        }

        var task = Make(account, pool, body, jobKey, createTry, now);
        _tasks.Add(task.Id, task);
        account.Add(task);
        account.Queued++;
        Ledger.Created(task);
        StateChanged(task, TaskState.Queued);
        if (task.Trait<Fault.StayQueued>() is null)
        {
            Plan(task, TaskEvent.Ready, now + _options.StartDelay);
        }

        var createdSecond = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds());
        Plan(task, TaskEvent.Expire, createdSecond.AddSeconds(body.ExpiresAfter));
        Plan(task, TaskEvent.Forget, createdSecond + Kept);
        return (task, null);
    }

    /// <summary>Cancels a queued task or erases an ended one, or says why not. Under the gate, caught up.</summary>
    public ArkError? Delete(GenerationTask task, DateTimeOffset now)
    {
        switch (task.State)
        {
            case TaskState.Queued:
                Move(task, TaskState.Cancelled, now);
                Plan(task, TaskEvent.Forget, now + CancelledKept);
                return null;
            case TaskState.Running:
                return new ArkError(409, "InvalidAction.RunningTaskDeletion", $"The task {task.Id} is running and can't be deleted.");
            case TaskState.Cancelled:
                return new ArkError(409, "InvalidAction", $"The task {task.Id} was cancelled and can't be deleted.");
            default:
                task.Deleted = true;
                Forget(task);
                return null;
        }
    }

    /// <summary>A final video has the content of its draft, and the length, the ratio and the seed that were chosen for it.</summary>
    private static CreateBody Final(CreateBody body, GenerationTask draft) => body with
    {
        Content = draft.Body.Content with { DraftTaskId = draft.Id },
        Seconds = draft.Seconds,
        Ratio = draft.Ratio,
        Seed = draft.Seed,
        GenerateAudio = draft.Body.GenerateAudio,
        LateMistake = null,
    };

    private GenerationTask Make(Account account, Pool pool, CreateBody body, string jobKey, int createTry, DateTimeOffset now)
    {
        var number = createTry.ToString(CultureInfo.InvariantCulture);
        var traits = _faults.DecideTraits(jobKey, createTry, body);
        return new GenerationTask
        {
            Id = TaskIds.New(_chance, now, jobKey, createTry, _tasks.ContainsKey),
            Account = account,
            Pool = pool,
            JobKey = jobKey,
            Try = createTry,
            Body = body,
            Sequence = _sequence++,
            CreatedAt = now,
            UpdatedAt = now,
            Seconds = body.Frames / 24
                ?? (body.Seconds == ModelSpec.ModelChooses ? _chance.Whole(body.Model.MinSeconds, body.Model.MaxSeconds, "seconds", jobKey, number) : body.Seconds),
            Ratio = body.Ratio == Pixels.Adaptive ? Pixels.Ratios[_chance.Whole(0, Pixels.Ratios.Count - 1, "ratio", jobKey, number)] : body.Ratio,
            Seed = body.Seed >= 0 ? body.Seed : _chance.Whole(0, int.MaxValue - 1, "seed", jobKey, number),
            RunsFor = _options.MinTaskDuration + ((_options.MaxTaskDuration - _options.MinTaskDuration) * _chance.Fraction("runs", jobKey, number)),
            Traits = body.LateMistake is { } late ? [.. traits, late] : traits,
        };
    }

    private void Happen(GenerationTask task, TaskEvent what, DateTimeOffset at)
    {
        switch (what)
        {
            case TaskEvent.Ready when task.State is TaskState.Queued:
                task.Pool.Enter(task);
                FillSlots(task.Pool, at);
                break;
            case TaskEvent.End when task.State is TaskState.Running:
                End(task, at);
                break;
            case TaskEvent.Expire when task.Live:
                task.ErrorCode = "TaskExpired";
                task.ErrorMessage = "The task did not finish in time.";
                Move(task, TaskState.Expired, at);
                break;
            case TaskEvent.Forget when !task.Gone:
                Forget(task);
                break;
        }
    }

    private void FillSlots(Pool pool, DateTimeOffset at)
    {
        while (pool.TakeNext() is { } task)
        {
            Move(task, TaskState.Running, at);
            if (task.Trait<Fault.StuckTask>() is null)
            {
                Plan(task, TaskEvent.End, at + task.RunsFor);
            }
        }
    }

    private void End(GenerationTask task, DateTimeOffset at)
    {
        if (task.Trait<Fault.FailTask>() is { } failure)
        {
            task.ErrorCode = failure.Code;
            task.ErrorMessage = failure.Message ?? $"The task failed with {failure.Code}.";
            Move(task, TaskState.Failed, at);
        }
        else
        {
            task.BilledTokens = Bill.Tokens(task);
            Move(task, TaskState.Succeeded, at);
        }
    }

    /// <summary>The one place where a task's state changes.</summary>
    private void Move(GenerationTask task, TaskState to, DateTimeOffset at)
    {
        var from = task.State;
        task.State = to;
        task.UpdatedAt = at;
        if (to is TaskState.Running)
        {
            task.StartedAt = at;
        }
        else
        {
            task.EndedAt = at;
        }

        if (from is TaskState.Queued)
        {
            task.Account.Queued--;
        }

        Ledger.Moved(task, from, at);
        StateChanged(task, to);
        if (from is TaskState.Running)
        {
            task.Pool.Leave();
            FillSlots(task.Pool, at);
        }
    }

    private void Forget(GenerationTask task)
    {
        task.Gone = true;
        _tasks.Remove(task.Id);
        task.Account.Tidy();
    }

    private void Plan(GenerationTask task, TaskEvent what, DateTimeOffset at)
    {
        var next = _agenda.Next;
        _agenda.Add(task, what, at);
        if (next is null || at < next)
        {
            DueEarlier();
        }
    }
}
