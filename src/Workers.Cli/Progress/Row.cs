using Workers.Cli.Files;

namespace Workers.Cli.Progress;

/// <summary>One line of the file and what became of it so far.</summary>
/// <param name="Line">The line.</param>
/// <param name="Answer">What the fleet answered, or null while it has not.</param>
/// <param name="Job">The job that the line asks for, or null while there is none.</param>
/// <param name="IsRepeat">An earlier line of the file asks for the same job; what becomes of it is nothing to this one until it was answered.</param>
internal sealed record Row(JobLine Line, Answer? Answer, JobView? Job, bool IsRepeat)
{
    /// <summary>How the line ended, or null while it goes on. A repeat ends with its answer where the file expects it to be one, else with the job.</summary>
    public End? End => Answer switch
    {
        null when Line.Submission is null => new End(EndKind.Rejected),
        null => null,
        Answer.Rejected => new End(EndKind.Rejected),
        Answer.Accepted { Duplicate: true } when Line.Expected?.Kind == EndKind.Duplicate => new End(EndKind.Duplicate),
        _ => Job?.End,
    };

    /// <summary>The word for where it stands.</summary>
    public string State => End is { Kind: EndKind.Rejected or EndKind.Duplicate } end ? $"{end.Kind}"
        : IsRepeat && Answer is null ? "Sending"
        : Job?.State ?? "Sending";
}
