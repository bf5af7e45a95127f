using System.Text.Json.Serialization;

namespace Workers.Contracts;

/// <summary>Asks for one job: one output, from one provider, for one tenant.</summary>
/// <remarks>
/// Sending it twice makes one job: the job id is derived from the tenant and the idempotency key, so that repeats collide on purpose.
/// A repeat is answered with the job as it stands; the same key with other input is refused with <see cref="SubmissionRejected"/>.
/// Members are nullable because a submission comes from outside and is judged by rules that answer in words, not by the deserialiser.
/// </remarks>
public sealed record SubmitJob
{
    /// <summary>Who pays. Required; matches <c>[A-Za-z0-9][A-Za-z0-9._-]{0,63}</c>.</summary>
    public string? TenantId { get; init; }

    /// <summary>For whom. Optional, at most 256 characters; kept and sent on as a hash only.</summary>
    public string? UserId { get; init; }

    /// <summary>
    /// The client's name for this job, of the same form as <see cref="TenantId"/>. Without one, the hash of the normalised input serves:
    /// two keyless submissions of one input are one job, so variants of one prompt need keys of their own.
    /// </summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Carried by every message, log line, call and event of the job. Default: the job id.</summary>
    public Guid? CorrelationId { get; init; }

    /// <summary>Which API does the job, for example <c>seedance</c>. Required.</summary>
    public string? Provider { get; init; }

    /// <summary>What to make. Required.</summary>
    public JobInput? Input { get; init; }

    /// <summary>What the job calls success. Optional: without it, any complete output of the kind asked for will do.</summary>
    public ResultExpectation? Expect { get; init; }

    /// <summary>When the job is given up, with its offset from UTC. Default and upper limit come from the fleet's options.</summary>
    [JsonConverter(typeof(Moment))]
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>At most 16 labels of the same form as <see cref="TenantId"/>.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Tells hash and size: until it is judged, each of its members may be anything.</summary>
    public override string ToString() => $"SubmitJob {{ {Outline.Of(this, ContractsJson.Default.SubmitJob)} }}";
}

/// <summary>Stops a job. Sending it twice changes nothing; a job that has ended is not changed and answers <see cref="CommandRejected"/>.</summary>
public sealed record CancelJob
{
    public required Guid JobId { get; init; }

    /// <summary>Must be the job's own tenant, else the job counts as unknown.</summary>
    public required string TenantId { get; init; }

    /// <summary>Who asks: a person or a program, for the record.</summary>
    public required string RequestedBy { get; init; }

    public string? Reason { get; init; }

    /// <summary>Names the job, and tells hash and size of the rest.</summary>
    public override string ToString() => $"CancelJob {{ {JobId}, {Outline.Of(this, ContractsJson.Default.CancelJob)} }}";
}

/// <summary>Lets a blocked job go on, from where its attempt stands. Sending it twice changes nothing the second time.</summary>
public sealed record ResumeJob
{
    public required Guid JobId { get; init; }

    /// <summary>Must be the job's own tenant, else the job counts as unknown.</summary>
    public required string TenantId { get; init; }

    /// <summary>Who asks: a person or a program, for the record.</summary>
    public required string RequestedBy { get; init; }

    /// <summary>Corrected input. Refused while a live or succeeded task exists, unless <see cref="PayAgain"/> says so.</summary>
    public JobInput? Input { get; init; }

    /// <summary>What a person found out about an attempt whose outcome is uncertain.</summary>
    public Settlement? Settlement { get; init; }

    /// <summary>Accepts a further task, and its bill, although one is alive or was paid.</summary>
    [JsonConverter(typeof(Flag))]
    public bool PayAgain { get; init; }

    /// <summary>Takes the paid output for a success whatever it is: what was fetched and refused before, else what is fetched now.</summary>
    public bool Accept { get; init; }

    /// <summary>Names the job, and tells hash and size of the rest.</summary>
    public override string ToString() => $"ResumeJob {{ {JobId}, {Outline.Of(this, ContractsJson.Default.ResumeJob)} }}";
}

/// <summary>How an uncertain attempt was settled by hand: give <see cref="TaskId"/>, or set <see cref="NotCreated"/>, not both.</summary>
public sealed record Settlement
{
    /// <summary>The provider's id of the task that the attempt made.</summary>
    public string? TaskId { get; init; }

    /// <summary>The provider surely has no task for the attempt.</summary>
    [JsonConverter(typeof(Flag))]
    public bool NotCreated { get; init; }

    /// <summary>Who says so.</summary>
    public required string SettledBy { get; init; }
}
