namespace Workers.Simulator;

/// <summary>What can go wrong. The words of the script and of directives are in <c>Faulting/FaultGrammar.cs</c>.</summary>
public abstract record Fault
{
    private Fault()
    {
    }

    /// <summary>Answers with an error before any work is done.</summary>
    /// <param name="Code">ModelArk's error code; null: one that fits the status.</param>
    public sealed record Answer(int Status, string? Code = null, string? Message = null) : Fault;

    /// <summary>Answers 429 with <c>Retry-After</c> before any work is done.</summary>
    public sealed record RetryAfter(int Seconds) : Fault;

    /// <summary>Answers 200 with an error inside, before any work is done.</summary>
    /// <param name="Code">As some gateway words it.</param>
    public sealed record ErrorInside(string Code) : Fault;

    /// <summary>Answers 403 with a web page, before any work is done: what a firewall says that dislikes the request.</summary>
    public sealed record Firewall : Fault;

    /// <summary>Answers that a reference could not be fetched in time, as an invalid parameter, before any work is done.</summary>
    public sealed record FetchTimeout : Fault;

    /// <summary>Waits, by the provider's clock, before the work or after it.</summary>
    public sealed record Delay(TimeSpan For, bool AfterWork = false) : Fault;

    /// <summary>Does the work, then drops the connection.</summary>
    public sealed record DropResponse : Fault;

    /// <summary>Where the connection has served a call before: does the work, then closes it in good order without an answer, which clients take for a kept connection that has died.</summary>
    public sealed record CloseKept : Fault;

    /// <summary>Drops the connection before any work is done.</summary>
    public sealed record DropRequest : Fault;

    /// <summary>Does the work, then answers 200 with other JSON.</summary>
    public sealed record WrongShape : Fault;

    /// <summary>Does the work, then answers 200 with a web page.</summary>
    public sealed record NotJson : Fault;

    /// <summary>The task reports a word nobody knows.</summary>
    /// <param name="Reads">For so many gets and listings; null: for ever.</param>
    public sealed record UnknownStatus(string Word, int? Reads = null) : Fault;

    /// <summary>The task runs until it expires.</summary>
    public sealed record StuckTask : Fault;

    /// <summary>The task stays queued until it expires or is cancelled.</summary>
    public sealed record StayQueued : Fault;

    /// <summary>The task fails at its end.</summary>
    public sealed record FailTask(string Code, string? Message = null) : Fault;

    /// <summary>The task succeeds and reports no <c>usage</c>. It is billed.</summary>
    public sealed record MissingUsage : Fault;

    /// <summary>Listings do not report the <c>usage</c> of the task; a get does.</summary>
    public sealed record UnlistedUsage : Fault;

    /// <summary>The task does not report when it was created or changed.</summary>
    public sealed record MissingTimes : Fault;

    /// <summary>The task reports its times as ISO 8601.</summary>
    public sealed record IsoTimes : Fault;

    /// <summary>The task reports its numbers as text.</summary>
    public sealed record TextNumbers : Fault;

    /// <summary>The task reports its duration and its times with a fraction, as measured.</summary>
    public sealed record FractionNumbers : Fault;

    /// <summary>The task succeeds and reports no <c>content</c>. It is billed.</summary>
    public sealed record MissingOutput : Fault;

    /// <summary>Listings say why the task failed in <c>failure_reason</c> instead of <c>error</c>.</summary>
    public sealed record FailureReasonField : Fault;

    /// <summary>The connection is dropped half-way through the output.</summary>
    public sealed record TruncateDownload : Fault;

    /// <summary>Listings name the task twice.</summary>
    public sealed record ListedTwice : Fault;

    /// <summary>The task reports no fingerprint: neither get nor listings have <c>execution_expires_after</c>.</summary>
    public sealed record MissingFingerprint : Fault;

    /// <summary>The output is said to be of this media type, as <c>binary/octet-stream</c>; its bytes are what they are.</summary>
    public sealed record OutputType(string MediaType) : Fault;

    /// <summary>The output is refused with this status for so long after its task's end, by whatever address.</summary>
    public sealed record OutputNotYet(int Status, TimeSpan For) : Fault;

    /// <summary>The output is refused with 401 unless the key of its account comes along.</summary>
    public sealed record OutputWantsKey : Fault;

    /// <summary>The output comes encoded, whether asked for it or not: <c>gzip</c>, <c>deflate</c> or <c>br</c>.</summary>
    public sealed record OutputEncoded(string Encoding) : Fault;

    /// <summary>The output comes a byte a second, by the provider's clock.</summary>
    public sealed record OutputDrip : Fault;

    /// <summary>The output's address redirects to this, which may be no address at all.</summary>
    public sealed record OutputRedirect(string Location) : Fault;

    /// <summary>The task is missing from listings for so long after its creation.</summary>
    public sealed record HideFromList(TimeSpan For) : Fault;

    /// <summary>The callback is not sent.</summary>
    public sealed record LoseCallback : Fault;

    /// <summary>The callback is sent twice.</summary>
    public sealed record DuplicateCallback : Fault;

    /// <summary>The callback is kept back until the task has ended, and then sent after the last one.</summary>
    public sealed record ReorderCallbacks : Fault;
}
