using System.Collections.Concurrent;
using MassTransit;
using Workers.Cli.Files;
using Workers.Cli.Progress;
using Workers.Contracts;

namespace Workers.Cli.Running;

/// <summary>Sends the lines as an upstream service would, and listens for the answers. An answer belongs to the conversation that its submission began.</summary>
internal sealed class Submissions
{
    /// <summary>Lines under way at once: those of one job are sent one after the other, so that it is known which of them is the repeat.</summary>
    private const int Concurrency = 16;

    private readonly ConcurrentDictionary<Guid, TaskCompletionSource<Answer>> _waiting = new();

    public void Listen(IReceiveEndpointConfigurator endpoint)
    {
        endpoint.Handler<JobAccepted>(context => HearAsync(context, new Answer.Accepted(context.Message.Duplicate)));
        endpoint.Handler<SubmissionRejected>(context => HearAsync(context, new Answer.Rejected(context.Message.Faults)));
    }

    /// <summary>Sends every line that could be read, and returns when all are answered.</summary>
    public Task SubmitAsync(IPublishEndpoint fleet, IEnumerable<JobLine> lines, Board board, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        lines.Where(line => line.Submission is not null).GroupBy(line => line.JobId),
        new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken },
        async (ofOneJob, stop) =>
        {
            foreach (var line in ofOneJob)
            {
                board.Heard(line, await AskAsync(fleet, line.Submission!, stop));
            }
        });

    private async Task<Answer> AskAsync(IPublishEndpoint fleet, SubmitJob submission, CancellationToken cancellationToken)
    {
        var conversation = NewId.NextGuid();
        var answer = new TaskCompletionSource<Answer>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[conversation] = answer;
        try
        {
            await fleet.Publish(submission, publish => publish.ConversationId = conversation, cancellationToken).WaitAsync(cancellationToken);
            return await answer.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            _waiting.TryRemove(conversation, out _);
        }
    }

    private Task HearAsync(ConsumeContext context, Answer answer)
    {
        if (context.ConversationId is { } conversation && _waiting.TryGetValue(conversation, out var asked))
        {
            asked.TrySetResult(answer);
        }

        return Task.CompletedTask;
    }
}
