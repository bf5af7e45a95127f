using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.Logging;
using Workers.Contracts;
using Workers.Jobs.Costs;
using Workers.Jobs.Failpoints;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Submission;
using Workers.Jobs.Telemetry;
using Workers.Providers;
using Workers.Providers.Http;

namespace Workers.Jobs.Retrieval;

/// <summary>Fetches the outputs of a job's task before their addresses die, checks and stores them, and records the result.</summary>
internal sealed partial class RetrieveResultConsumer(
    IJobs jobs,
    IAttempts attempts,
    IResults results,
    ResultFiles files,
    IOutputSource source,
    ProviderDirectory providers,
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

        var mayFindHalves = files.HasFolder(job);
        switch (await FetchAllAsync(job, attempt, end, context.CancellationToken))
        {
            case Fetched.Whole(var stored):
                var (current, usage) = await lateUsage.LookAsync(job, attempt, context.CancellationToken);
                await KeepAsync(context, current, attempt, end, usage, stored, mayFindHalves);
                break;

            case Fetched.Gone(var reason):
                await TellFailedAsync(context, job, Trouble(FailureBucket.Timeout, "OutputGone", reason, "The paid output is lost. Resume with PayAgain to have another one made."));
                break;

            case Fetched.NotNow(var failure) when context.GetRedeliveryCount() < RedeliveryOptions.Redeliveries:
                throw new OutputUnavailableException(failure.Code);

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

    private async Task<Fetched> FetchAllAsync(Job job, Attempt attempt, AttemptEnd end, CancellationToken cancellationToken)
    {
        var first = await FetchAsync(job, end.Outputs, cancellationToken);
        if (first is not Fetched.Gone)
        {
            return first;
        }

        // The address has died, not necessarily the output: the provider may give a fresh one.
        try
        {
            var task = await providers.Find(attempt.Provider).GetAsync(attempt.Account, attempt.TaskId!, cancellationToken);
            return task is { Status: ProviderTaskStatus.Succeeded } ? await FetchAsync(job, task.Outputs, cancellationToken) : first;
        }
        catch (ProviderUnavailableException fault)
        {
            return new Fetched.NotNow(fault.Failure);
        }
    }

    private async Task<Fetched> FetchAsync(Job job, IReadOnlyList<TaskOutput> outputs, CancellationToken cancellationToken)
    {
        List<StoredFile> stored = [];
        var isWhole = false;
        try
        {
            foreach (var output in outputs)
            {
                switch (await source.OpenAsync(output.Uri, cancellationToken))
                {
                    case OutputAnswer.Opened opened:
                        await using (opened)
                        {
                            await failpoints.ReachAsync(Failpoint.Downloading, cancellationToken);
                            var file = await files.StoreAsync(job, output.Name, opened.Content, opened.MediaType ?? "application/octet-stream", cancellationToken);
                            stored.Add(file);
                            if (opened.Length is { } length && length != file.Output.Bytes)
                            {
                                return new Fetched.NotNow(Truncated(length, file.Output.Bytes));
                            }
                        }

                        break;

                    case OutputAnswer.Gone(var status):
                        return new Fetched.Gone($"The provider no longer gives the output '{output.Name}' (status {status}).");

                    case OutputAnswer.Unavailable(var failure):
                        return new Fetched.NotNow(failure);
                }
            }

            isWhole = stored.Count > 0;
            return isWhole ? new Fetched.Whole(stored) : new Fetched.Gone("The provider names no output.");
        }
        catch (OutputTooLargeException fault)
        {
            return new Fetched.TooLarge(fault.Message);
        }
        catch (IOException fault)
        {
            LogBroken(job.CorrelationId, fault.GetBaseException().GetType().Name);
            return new Fetched.NotNow(Broken());
        }
        finally
        {
            if (!isWhole)
            {
                stored.ForEach(file => file.Dispose());
            }
        }
    }

    private async Task KeepAsync(ConsumeContext<RetrieveResult> context, Job job, Attempt attempt, AttemptEnd end, TaskUsage usage, List<StoredFile> stored, bool mayFindHalves)
    {
        try
        {
            if (Expectations.Judge(job.Expect, stored[0].Output, usage) is { } mismatch)
            {
                await TellFailedAsync(context, job, Trouble(
                    FailureBucket.SchemaMismatch,
                    "NotAsExpected",
                    $"The output is not what the job calls success: {mismatch}.",
                    "Resume with corrected input and PayAgain to have another one made, or cancel the job."));
                return;
            }

            stored.ForEach(file => file.Keep());
        }
        finally
        {
            stored.ForEach(file => file.Dispose());
        }

        var result = new JobResult
        {
            JobId = job.CorrelationId,
            Generation = job.Generation,
            TenantId = job.TenantId,
            CorrelationId = job.Correlation,
            Provider = job.Provider,
            Model = attempt.Intent.Model,
            TaskId = attempt.TaskId!,
            Outputs = [.. stored.Select(file => file.Output)],
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

    private static Task TellFailedAsync(ConsumeContext<RetrieveResult> context, Job job, JobTrouble trouble) => context.Publish(
        new RetrievalFailed
        {
            JobId = job.CorrelationId,
            TenantId = job.TenantId,
            CorrelationId = job.Correlation,
            Step = job.Step,
            Trouble = trouble,
        },
        publish => publish.MessageId = JobIdentity.MessageId(job.Generation, job.Step, nameof(RetrievalFailed)));

    private static JobTrouble Trouble(FailureBucket bucket, string code, string reason, string fix) =>
        new() { Bucket = bucket, Disposition = Disposition.Block, Code = code, Reason = reason, Fix = fix };

    private static ProviderFailure Truncated(long promised, long came) => new()
    {
        Bucket = FailureBucket.ServerError,
        Disposition = Disposition.Retry,
        Code = "OutputTruncated",
        Reason = $"The output ended after {came} of {promised} bytes.",
        Fix = "Nothing: it is fetched again.",
    };

    private static ProviderFailure Broken() => new()
    {
        Bucket = FailureBucket.ServerError,
        Disposition = Disposition.Retry,
        Code = "OutputBroken",
        Reason = "The output could not be read to its end, or not be written to disk.",
        Fix = "Nothing: it is fetched again.",
    };

    [LoggerMessage(EventId = 4001, Level = LogLevel.Debug, Message = "RetrieveResult of job {JobId} for step {Step} is stale and does nothing")]
    private partial void LogStale(Guid jobId, int step);

    [LoggerMessage(EventId = 4002, Level = LogLevel.Information, Message = "Job {JobId}: {Count} outputs are stored, the main one of {Bytes} bytes")]
    private partial void LogStored(Guid jobId, int count, long bytes);

    [LoggerMessage(EventId = 4003, Level = LogLevel.Warning, Message = "Job {JobId}: an output broke off ({Fault}); it is fetched again")]
    private partial void LogBroken(Guid jobId, string fault);
}

/// <summary>What came of fetching a task's outputs.</summary>
internal abstract record Fetched
{
    public sealed record Whole(List<StoredFile> Files) : Fetched;

    public sealed record Gone(string Reason) : Fetched;

    public sealed record NotNow(ProviderFailure Failure) : Fetched;

    public sealed record TooLarge(string Reason) : Fetched;
}

/// <summary>An output can't be had now; the message is redelivered.</summary>
internal sealed class OutputUnavailableException(string code) : Exception($"The output can't be had now ({code}); the message is redelivered.");
