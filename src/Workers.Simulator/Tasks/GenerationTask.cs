using Workers.Simulator.Callbacks;
using Workers.Simulator.Requests;

namespace Workers.Simulator.Tasks;

/// <summary>A task and all that was decided about it when it was made. Changed only under the engine's lock.</summary>
internal sealed class GenerationTask
{
    public required string Id { get; init; }
    public required Account Account { get; init; }
    public required Pool Pool { get; init; }
    public required string JobKey { get; init; }
    public required int Try { get; init; }
    public required CreateBody Body { get; init; }

    /// <summary>Order of creation in the whole simulator.</summary>
    public required long Sequence { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whole seconds, the model's own choice where the request left it.</summary>
    public required int Seconds { get; init; }

    public required string Ratio { get; init; }
    public required int Seed { get; init; }
    public required TimeSpan RunsFor { get; init; }
    public required IReadOnlyList<Fault> Traits { get; init; }

    public TaskState State { get; set; } = TaskState.Queued;

    /// <summary>When the present state began.</summary>
    public required DateTimeOffset UpdatedAt { get; set; }

    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public string? ErrorCode { get; set; }
    public string? ErrorMessage { get; set; }
    public long BilledTokens { get; set; }

    /// <summary>Whether a client erased the record.</summary>
    public bool Deleted { get; set; }

    /// <summary>Whether the record is gone, erased or forgotten.</summary>
    public bool Gone { get; set; }

    /// <summary>How often its status was told, by get or list.</summary>
    public int Reads { get; set; }

    public int Gets { get; set; }
    public int Deletes { get; set; }
    public int Downloads { get; set; }
    public int CallbackCount { get; set; }

    /// <summary>Callbacks kept back until the last one was sent.</summary>
    public List<Callback> HeldBack { get; } = [];

    /// <summary>Ends when all callbacks so far were sent.</summary>
    public Task CallbacksSent { get; set; } = Task.CompletedTask;

    public bool Live => State is TaskState.Queued or TaskState.Running;

    public T? Trait<T>()
        where T : Fault => Traits.OfType<T>().FirstOrDefault();

    /// <summary>Clients see whole seconds only, and a record from the second after its creation on.</summary>
    public bool IsVisibleAt(DateTimeOffset now) => !Gone && CreatedAt.ToUnixTimeSeconds() < now.ToUnixTimeSeconds();

    public bool IsListedAt(DateTimeOffset now) =>
        IsVisibleAt(now) && (Trait<Fault.HideFromList>() is not { } hidden || now >= CreatedAt + hidden.For);

    public SimulatedTask Snapshot() => new()
    {
        Id = Id,
        Account = Account.Name,
        JobKey = JobKey,
        Try = Try,
        Model = Body.ModelId,
        Prompt = Body.Content.Prompt,
        State = State,
        CreatedAt = CreatedAt,
        StartedAt = StartedAt,
        EndedAt = EndedAt,
        BilledTokens = BilledTokens,
        Deleted = Deleted,
        ErrorCode = ErrorCode,
        ExecutionExpiresAfter = Body.ExpiresAfter,
        SafetyIdentifier = Body.SafetyIdentifier,
    };
}
