using System.Threading.Channels;
using Spectre.Console;
using Workers.Cli.Files;
using Workers.Cli.Progress;
using Workers.Contracts;

namespace Workers.Cli.Operating;

/// <summary>What the fleet answers to the lines of a file. Lines of one job are answered in the order in which they were sent.</summary>
internal sealed class SubmissionAnswers(IReadOnlyList<JobLine> lines, IAnsiConsole output, IAnsiConsole error)
{
    private readonly Dictionary<Guid, Queue<JobLine>> _open = [];

    /// <summary>A rejection names no job, but the correlation id: the submission's own, or the job's id.</summary>
    private readonly Dictionary<Guid, Guid> _byCorrelation = lines
        .Select(line => (Correlation: line.Submission!.CorrelationId ?? line.JobId!.Value, JobId: line.JobId!.Value)).DistinctBy(pair => pair.Correlation).ToDictionary(pair => pair.Correlation, pair => pair.JobId);

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private int _accepted;
    private int _there;
    private int _rejected;

    /// <summary>Told of each answer; then nothing is written of it here.</summary>
    public Action<JobLine, Answer>? Heard { get; set; }

    private int Open => _open.Values.Sum(waiting => waiting.Count);

    /// <summary>Awaits the answer to a line, after those to earlier lines of its job.</summary>
    public void Expect(JobLine line)
    {
        if (!_open.TryGetValue(line.JobId!.Value, out var waiting))
        {
            _open[line.JobId!.Value] = waiting = new Queue<JobLine>();
        }

        waiting.Enqueue(line);
    }

    /// <summary>Tells each answer as it comes, until all that are awaited are there or patience ends.</summary>
    public async Task HearAsync(ChannelReader<FleetEvent> heard, CancellationToken patience)
    {
        try
        {
            while (Open > 0)
            {
                var happened = await heard.ReadAsync(patience);
                if (happened.MessageId is null || _seen.Add(happened.MessageId))
                {
                    Take(happened);
                }
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            // What is not answered yet is told in the end.
        }
    }

    /// <summary>What was not answered, and the sum; true where there is a job for every line.</summary>
    public bool Tell()
    {
        foreach (var line in _open.Values.SelectMany(waiting => waiting).OrderBy(line => line.Number))
        {
            error.WriteLine(FormattableString.Invariant($"line {line.Number} {Name(line)} -> job {line.JobId} is not answered yet: the broker has it, and a worker will take it"), Style.Parse("yellow"));
        }

        output.WriteLine($"{Words.Count(_accepted, "job")} accepted, {_there} there already, {_rejected} rejected, {Open} not answered yet.");
        return Open == 0 && _rejected == 0;
    }

    private void Take(FleetEvent happened)
    {
        if (happened.As<JobAccepted>() is { } accepted && Next(accepted.JobId) is { } line)
        {
            (_accepted, _there) = accepted.Duplicate ? (_accepted, _there + 1) : (_accepted + 1, _there);
            Tell(line, new Answer.Accepted(accepted.Duplicate), () => output.WriteLine(
                FormattableString.Invariant($"line {line.Number} {Name(line)} -> job {accepted.JobId} {(accepted.Duplicate ? $"is there already ({accepted.State})" : "accepted")}")));
        }
        else if (happened.As<SubmissionRejected>() is { } rejected && _byCorrelation.TryGetValue(rejected.CorrelationId, out var jobId) && Next(jobId) is { } refused)
        {
            _rejected++;
            Tell(refused, new Answer.Rejected(rejected.Faults), () => error.WriteLine(
                FormattableString.Invariant($"line {refused.Number} {Name(refused)} -> rejected: {rejected.Faults[0]}"), Style.Parse("red")));
        }
    }

    private void Tell(JobLine line, Answer answer, Action write)
    {
        if (Heard is { } hear)
        {
            hear(line, answer);
        }
        else
        {
            write();
        }
    }

    private JobLine? Next(Guid jobId) => _open.TryGetValue(jobId, out var waiting) && waiting.TryDequeue(out var line) ? line : null;

    private static string Name(JobLine line) => line.Submission!.IdempotencyKey is null ? "(no key)" : line.Name;
}
