namespace Workers.Jobs.Failpoints;

/// <summary>Named places in the code where a test can stop, delay or kill the process. In a product host nothing happens at them.</summary>
public interface IFailpoints
{
    /// <summary>Reached at a place; a test may throw, wait or kill here.</summary>
    Task ReachAsync(string failpoint, CancellationToken cancellationToken);
}

/// <summary>The places.</summary>
public static class Failpoint
{
    /// <summary>A job's new state is stored; the messages that follow from it are not sent.</summary>
    public const string SavedBeforePublish = "saved-before-publish";

    /// <summary>A submission's job is stored and answered; the submission is not acknowledged.</summary>
    public const string Accepted = "accepted";

    /// <summary>What follows from a job's new state is sent; the message that led to it is not acknowledged.</summary>
    public const string Published = "published";

    /// <summary>Input is checked and a slot taken; the attempt is not written.</summary>
    public const string BeforeAttempt = "before-attempt";

    /// <summary>The attempt is written; the call is not made.</summary>
    public const string BeforeCall = "before-call";

    /// <summary>The call was answered; the answer is not recorded.</summary>
    public const string AfterCall = "after-call";

    /// <summary>The answer is recorded; nobody was told.</summary>
    public const string TaskRecorded = "task-recorded";

    /// <summary>The answer is recorded and told; the command is not acknowledged.</summary>
    public const string StartTold = "start-told";

    /// <summary>A round has written what it found; nobody was told.</summary>
    public const string RoundSaved = "round-saved";

    /// <summary>A round has told the ends; the attempts are not closed.</summary>
    public const string EndsTold = "ends-told";

    /// <summary>An output is being read.</summary>
    public const string Downloading = "downloading";

    /// <summary>The outputs are stored; the result is not recorded.</summary>
    public const string BeforeResult = "before-result";

    /// <summary>The result is recorded; nobody was told.</summary>
    public const string ResultRecorded = "result-recorded";
}

/// <summary>Nothing happens.</summary>
internal sealed class NoFailpoints : IFailpoints
{
    public Task ReachAsync(string failpoint, CancellationToken cancellationToken) => Task.CompletedTask;
}
