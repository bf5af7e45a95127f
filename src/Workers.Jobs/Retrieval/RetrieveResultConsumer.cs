using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.Logging;
using Workers.Contracts;
using Workers.Jobs.Costs;
using Workers.Jobs.Failpoints;
using Workers.Jobs.Failures;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Submission;
using Workers.Jobs.Telemetry;
using Workers.Providers;

namespace Workers.Jobs.Retrieval;

/// <summary>Fetches the outputs of a job's task before their addresses die, checks and stores them, and records the result.</summary>
internal sealed partial class RetrieveResultConsumer(
    IJobs jobs,
    IAttempts attempts,
    IResults results,
    ResultFiles files,
    OutputFetcher fetcher,
    ResultsRoom room,
    LateUsage lateUsage,
    IFailpoints failpoints,
    TimeProvider time,
    ILogger<RetrieveResultConsumer> logger) : IConsumer<RetrieveResult>
{
    public async Task Consume(ConsumeContext<RetrieveResult> context)
    {
        if (await jobs.FindCurrentAsync(context.Message, nameof(JobLifecycle.Retrieving), context.CancellationToken) is not { } job)
        {
            LogStale(context.Message.JobId, context.Message.Step);
            return;
        }

        // A first delivery finds none: the outputs are fetched, and keeping the result tells. Whoever comes later spares the download.
        if (context.IsRepeat() && await results.FindAsync(job.CorrelationId, job.Generation, context.CancellationToken) is { } kept)
        {
            await TellAsync(context, job, kept);
            return;
        }

        var attempt = await attempts.FindAsync(AttemptId.Of(job), context.CancellationToken);
        if (attempt?.End is not { Kind: TaskEnd.Succeeded } end)
        {
            throw new InvalidOperationException($"Attempt {job.Attempt} of job {job.CorrelationId} has no successful end on record.");
        }

        await room.WithFolderAsync(limit => RetrieveAsync(context, job, attempt, end, limit), context.CancellationToken);
    }

    /// <param name="context">The command.</param>
    /// <param name="job">Whose.</param>
    /// <param name="attempt">That was paid.</param>
    /// <param name="end">Of its task.</param>
    /// <param name="limit">Ends with the time of this delivery.</param>
    private async Task RetrieveAsync(ConsumeContext<RetrieveResult> context, Job job, Attempt attempt, AttemptEnd end, CancellationToken limit)
    {
        var mayFindHalves = files.HasFolder(job);
        if (Expectations.IsAnything(job.Expect) && files.TakeFromAside(job) is { } accepted)
        {
            var (known, used) = await lateUsage.LookAsync(job, attempt, context.CancellationToken);
            await RecordAsync(context, known, attempt, end, used, accepted, mayFindHalves);
            return;
        }

        var mayComeAgain = context.GetRedeliveryCount() < RedeliveryOptions.Redeliveries;
        switch (await FetchAsync(job, attempt, end, limit, context.CancellationToken))
        {
            case Fetched.Whole(var stored):
                var (current, usage) = await lateUsage.LookAsync(job, attempt, context.CancellationToken);
                await KeepAsync(context, current, attempt, end, usage, stored, mayFindHalves, mayComeAgain);
                break;

            case Fetched.Gone(var reason, _):
                await TellFailedAsync(context, job, Trouble(FailureBucket.Timeout, "OutputGone", $"{reason} Its time there is over.", "Resume the job to look once more, or cancel it; only PayAgain has another output made, and paid."));
                break;

            case Fetched.NotYet when mayComeAgain:
                throw new OutputUnavailableException("OutputRefused");

            case Fetched.NotYet(var reason):
                // The sweep issues the command anew, less and less often, until the job's time is over: no message waits that long.
                LogRefused(job.CorrelationId);
                await context.Publish(
                    FailureObserved.Of(job, Trouble(FailureBucket.ServerError, "OutputRefused", reason, "Nothing: it is fetched again while it may be there."), time.Now()),
                    context.CancellationToken);
                break;

            case Fetched.KeyWanted({ Disposition: Disposition.Block } failure):
                await TellFailedAsync(context, job, Trouble(failure.Bucket, failure.Code, failure.Reason, failure.Fix));
                break;

            case Fetched.NotNow({ Disposition: Disposition.Block } failure):
                await TellFailedAsync(context, job, Trouble(failure.Bucket, failure.Code, failure.Reason, failure.Fix));
                break;

            case Fetched.KeyWanted(var failure) when mayComeAgain:
                throw new OutputUnavailableException(failure.Code);

            case Fetched.NotNow(var failure) when mayComeAgain:
                throw new OutputUnavailableException(failure.Code);

            case Fetched.KeyWanted(var failure):
                await TellFailedAsync(context, job, Trouble(failure.Bucket, failure.Code, failure.Reason, failure.Fix));
                break;

            case Fetched.NotNow(var failure):
                await TellFailedAsync(context, job, Trouble(failure.Bucket, failure.Code, failure.Reason, "Resume the job to try again, while the provider keeps the output."));
                break;

            case Fetched.TooLarge(var reason):
                await TellFailedAsync(context, job, Trouble(FailureBucket.SchemaMismatch, "OutputTooLarge", reason, "Raise Retrieval:MaxBytes, then resume the job."));
                break;

            case var unknown:
                throw new UnreachableException($"Unknown outcome of a retrieval: {unknown.GetType().Name}.");
        }
    }

    /// <summary>When the time of this delivery is over, the next one goes on.</summary>
    private async Task<Fetched> FetchAsync(Job job, Attempt attempt, AttemptEnd end, CancellationToken limit, CancellationToken cancellationToken)
    {
        try
        {
            return await fetcher.FetchAsync(job, attempt, end, limit);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new Fetched.NotNow(new ProviderFailure
            {
                Bucket = FailureBucket.Timeout,
                Disposition = Disposition.Retry,
                Code = "OutputTooSlow",
                Reason = "The outputs could not be fetched in the time of one delivery (Retrieval:Timeout).",
                Fix = "Nothing: they are fetched again.",
            });
        }
    }

    private async Task KeepAsync(
        ConsumeContext<RetrieveResult> context, Job job, Attempt attempt, AttemptEnd end, TaskUsage usage, List<StoredFile> stored, bool mayFindHalves, bool mayComeAgain)
    {
        try
        {
            if (Expectations.Judge(job.Expect, stored[0].Output, usage) is { } mismatch)
            {
                if (mayComeAgain && Expectations.IsNoOutputAtAll(stored[0].Output))
                {
                    throw new OutputUnavailableException("NotAnOutput");
                }

                ResultOutput[] aside = [.. stored.Select(file => file.PutAside())];
                await TellFailedAsync(
                    context,
                    job,
                    Trouble(
                        FailureBucket.SchemaMismatch,
                        "NotAsExpected",
                        $"The output is not what the job calls success: {mismatch}.",
                        "Look at what is kept aside (workers jobs show), then accept it (workers accept), resume the job to have it fetched again, or cancel it; only PayAgain has another output made, and paid."),
                    aside);
                return;
            }

            stored.ForEach(file => file.Keep());
        }
        finally
        {
            stored.ForEach(file => file.Dispose());
        }

        await RecordAsync(context, job, attempt, end, usage, [.. stored.Select(file => file.Output)], mayFindHalves);
    }

    private async Task RecordAsync(
        ConsumeContext<RetrieveResult> context, Job job, Attempt attempt, AttemptEnd end, TaskUsage usage, IReadOnlyList<ResultOutput> outputs, bool mayFindHalves)
    {
        var result = new JobResult
        {
            JobId = job.CorrelationId,
            Generation = job.Generation,
            TenantId = job.TenantId,
            CorrelationId = job.Correlation,
            Provider = job.Provider,
            Model = attempt.Intent.Model,
            TaskId = attempt.TaskId!,
            Outputs = outputs,
            Usage = usage,
            Cost = JobCosts.Of(job),
            SubmittedAt = job.SubmittedAt,
            TaskCreatedAt = end.TaskCreatedAt,
            TaskEndedAt = end.TaskEndedAt,
            RetrievedAt = time.Now(),
        };
        await failpoints.ReachAsync(Failpoint.BeforeResult, context.CancellationToken);
        await files.WriteRecordAsync(result, context.CancellationToken);
        var kept = await results.KeepAsync(result, context.CancellationToken);
        await failpoints.ReachAsync(Failpoint.ResultRecorded, context.CancellationToken);
        if (mayFindHalves)
        {
            files.ClearHalves(job);
        }

        await TellAsync(context, job, kept);
        FleetMetrics.Stored(job.Provider, result.Outputs.Sum(output => output.Bytes));
        LogStored(job.CorrelationId, result.Outputs.Count, result.Outputs[0].Bytes);
    }

    private static Task TellAsync(ConsumeContext<RetrieveResult> context, Job job, JobResult result) => context.Publish(
        new ResultRetrieved
        {
            JobId = job.CorrelationId,
            TenantId = job.TenantId,
            CorrelationId = job.Correlation,
            Step = job.Step,
            Outputs = result.Outputs,
        },
        publish => publish.MessageId = JobIdentity.MessageId(job.Generation, job.Step, nameof(ResultRetrieved)));

    private static Task TellFailedAsync(ConsumeContext<RetrieveResult> context, Job job, JobTrouble trouble, IReadOnlyList<ResultOutput>? aside = null) => context.Publish(
        new RetrievalFailed
        {
            JobId = job.CorrelationId,
            TenantId = job.TenantId,
            CorrelationId = job.Correlation,
            Step = job.Step,
            Trouble = trouble,
            Outputs = aside,
        },
        publish => publish.MessageId = JobIdentity.MessageId(job.Generation, job.Step, nameof(RetrievalFailed)));

    private static JobTrouble Trouble(FailureBucket bucket, string code, string reason, string fix) =>
        new() { Bucket = bucket, Disposition = Disposition.Block, Code = code, Reason = reason, Fix = fix };

    [LoggerMessage(EventId = 4001, Level = LogLevel.Debug, Message = "RetrieveResult of job {JobId} for step {Step} is stale and does nothing")]
    private partial void LogStale(Guid jobId, int step);

    [LoggerMessage(EventId = 4002, Level = LogLevel.Information, Message = "Job {JobId}: {Count} outputs are stored, the main one of {Bytes} bytes")]
    private partial void LogStored(Guid jobId, int count, long bytes);

    [LoggerMessage(EventId = 4004, Level = LogLevel.Warning, Message = "Job {JobId}: the provider refuses the output although its time is not over; the sweep tries again")]
    private partial void LogRefused(Guid jobId);
}

/// <summary>An output can't be had now; the message is redelivered.</summary>
internal sealed class OutputUnavailableException(string code) : Exception($"The output can't be had now ({code}); the message is redelivered.");
