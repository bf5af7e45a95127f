using Microsoft.Extensions.Logging;
using Workers.Contracts;
using Workers.Jobs.Failpoints;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Submission;
using Workers.Providers;
using Workers.Providers.Http;

namespace Workers.Jobs.Retrieval;

/// <summary>Fetches the outputs of a task into files, with a fresh address from the provider where one is refused.</summary>
internal sealed partial class OutputFetcher(ResultFiles files, IOutputSource source, ProviderDirectory providers, IFailpoints failpoints, TimeProvider time, ILogger<OutputFetcher> logger)
{
    /// <exception cref="ResultsUnwritableException">The folder of the results took nothing.</exception>
    public async Task<Fetched> FetchAsync(Job job, Attempt attempt, AttemptEnd end, CancellationToken cancellationToken)
    {
        var first = await FetchAsync(job, attempt.Account, end.Outputs, cancellationToken);
        if (first is not (Fetched.Gone or Fetched.KeyWanted))
        {
            return first;
        }

        // The address has died or is not alive yet, and not necessarily the output: the provider may give a fresh one.
        var provider = providers.Find(attempt.Provider);
        try
        {
            var task = await provider.GetAsync(attempt.Account, attempt.TaskId!, cancellationToken);
            var again = task is { Status: ProviderTaskStatus.Succeeded } ? await FetchAsync(job, attempt.Account, task.Outputs, cancellationToken) : first;
            return again is Fetched.Gone gone && gone.At - EndOf(job, end) < provider.Limits.OutputLifetime ? new Fetched.NotYet(gone.Reason) : again;
        }
        catch (ProviderUnavailableException fault)
        {
            return new Fetched.NotNow(fault.Failure);
        }
    }

    /// <summary>When the output began to be there: by the provider's clock, else when the fleet first knew.</summary>
    private static DateTimeOffset EndOf(Job job, AttemptEnd end) => end.TaskEndedAt > DateTimeOffset.UnixEpoch
        ? end.TaskEndedAt
        : job.Timeline.FirstOrDefault(entry => entry.State == nameof(JobLifecycle.Retrieving))?.At ?? job.ChangedAt;

    private async Task<Fetched> FetchAsync(Job job, string account, IReadOnlyList<TaskOutput> outputs, CancellationToken cancellationToken)
    {
        List<StoredFile> stored = [];
        var isWhole = false;
        try
        {
            foreach (var output in outputs)
            {
                if (await FetchAsync(job, account, output, stored, cancellationToken) is { } trouble)
                {
                    return trouble;
                }
            }

            isWhole = stored.Count > 0;
            return isWhole ? new Fetched.Whole(stored) : new Fetched.Gone("The provider names no output.", time.Now());
        }
        catch (OutputTooLargeException fault)
        {
            return new Fetched.TooLarge(fault.Message);
        }
        catch (OutputBrokenException fault)
        {
            LogBroken(job.CorrelationId, fault.GetBaseException().GetType().Name);
            return new Fetched.NotNow(fault.InnerException is OutputTooSlowException slow ? TooSlow(slow.Message) : Broken());
        }
        finally
        {
            if (!isWhole)
            {
                stored.ForEach(file => file.Dispose());
            }
        }
    }

    /// <returns>What went wrong; null where the output was added to what is stored.</returns>
    private async Task<Fetched?> FetchAsync(Job job, string account, TaskOutput output, List<StoredFile> stored, CancellationToken cancellationToken)
    {
        switch (await source.OpenAsync(account, output.Uri, cancellationToken))
        {
            case OutputAnswer.Opened opened:
                await using (opened)
                {
                    await failpoints.ReachAsync(Failpoint.Downloading, cancellationToken);
                    var file = await files.StoreAsync(job, output.Name, opened.Content, opened.MediaType, cancellationToken);
                    stored.Add(file);
                    return opened.Length is { } length && length != file.Output.Bytes ? new Fetched.NotNow(Truncated(length, file.Output.Bytes)) : null;
                }

            case OutputAnswer.Gone gone:
                return new Fetched.Gone($"The provider does not give the output '{output.Name}' (status {gone.Status}).", gone.At);

            case OutputAnswer.KeyWanted(var failure):
                return new Fetched.KeyWanted(failure);

            case OutputAnswer.Unavailable(var failure):
                return new Fetched.NotNow(failure);

            case var unknown:
                throw new System.Diagnostics.UnreachableException($"Unknown answer of an output's server: {unknown.GetType().Name}.");
        }
    }

    private static ProviderFailure Truncated(long promised, long came) =>
        Failing(FailureBucket.ServerError, "OutputTruncated", $"The output ended after {came} of {promised} bytes.");

    private static ProviderFailure Broken() => Failing(FailureBucket.ServerError, "OutputBroken", "The output could not be read to its end.");

    private static ProviderFailure TooSlow(string why) => Failing(FailureBucket.Timeout, "OutputTooSlow", $"The output came too slowly. {why}");

    private static ProviderFailure Failing(FailureBucket bucket, string code, string reason) => new()
    {
        Bucket = bucket,
        Disposition = Disposition.Retry,
        Code = code,
        Reason = reason,
        Fix = "Nothing: it is fetched again.",
    };

    [LoggerMessage(EventId = 4003, Level = LogLevel.Warning, Message = "Job {JobId}: an output broke off ({Fault}); it is fetched again")]
    private partial void LogBroken(Guid jobId, string fault);
}

/// <summary>What came of fetching a task's outputs.</summary>
internal abstract record Fetched
{
    public sealed record Whole(List<StoredFile> Files) : Fetched;

    /// <summary>The provider says no, and it is too late to hope for another answer.</summary>
    /// <param name="Reason">In words.</param>
    /// <param name="At">When, by its clock.</param>
    public sealed record Gone(string Reason, DateTimeOffset At) : Fetched;

    /// <summary>The provider says no, and the output's time is not over.</summary>
    public sealed record NotYet(string Reason) : Fetched;

    public sealed record NotNow(ProviderFailure Failure) : Fetched;

    /// <summary>The address wants a key, and so does a fresh one.</summary>
    public sealed record KeyWanted(ProviderFailure Failure) : Fetched;

    public sealed record TooLarge(string Reason) : Fetched;
}
