using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;
using Workers.Cli.Stores;
using Workers.Jobs.Audit;
using Workers.Jobs.Failures;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Retrieval;
using Workers.Jobs.Submission;

namespace Workers.Cli.Operating;

/// <summary>The command line of <c>workers jobs show</c>.</summary>
internal static class JobsShowCommand
{
    private const string Description = "Shows one job end to end: what it waits for and until when, what was tried, what it cost, what came of it, and who did what to it.";

    private const string Explanation =
        $"""
        Of what the job is to make, sizes, hashes and kinds are shown; never the prompt, parameters, nor addresses of references and outputs.

        {StoreSettings.Explanation}

        Exit codes: 0 it was shown, 1 there is no such job, or the store is not to be had.

        Examples:
          workers jobs show 5f0c0ffe-0000-8000-8000-000000000001
          workers jobs show 5f0c0ffe-0000-8000-8000-000000000001 --output json
        """;


    public static Command Create(IAnsiConsole output)
    {
        var command = new ExplainedCommand("show", Description, Explanation) { Who.Job, OutputForm.Option, StoreSettings.Option };
        command.SetAction((parsed, stop) => StoreSettings.UseAsync(parsed, async services =>
        {
            var job = await JobOrders.RequireAsync(services.GetRequiredService<IJobs>(), parsed.GetRequiredValue(Who.Job), stop);
            var details = await ReadAsync(services, job, stop);
            if (OutputForm.IsJson(parsed))
            {
                await output.Profile.Out.Writer.WriteLineAsync(JsonSerializer.Serialize(details, OperatingJson.Default.JobDetails));
            }
            else
            {
                JobTables.Write(job, details, output, services.GetRequiredService<TimeProvider>().GetUtcNow());
            }

            return ExitCode.AsExpected;
        }));
        return command;
    }

    private static async Task<JobDetails> ReadAsync(IServiceProvider services, Job job, CancellationToken stop) => new()
    {
        Job = JobSummary.Of(job),
        Input = InputOutline.Of(job),
        UserHash = job.UserHash,
        Timeline = job.Timeline,
        Attempts = [.. (await services.GetRequiredService<IAttempts>().OfJobAsync(job.CorrelationId, job.Generation, stop)).Select(attempt => AttemptOutline.Of(attempt, job))],
        Aside = job.State == nameof(JobLifecycle.Succeeded) || job.Outputs.Count == 0 ? null : job.Outputs,
        Result = await services.GetRequiredService<IResults>().FindAsync(job.CorrelationId, job.Generation, stop),
        Failures = await services.GetRequiredService<IFailures>().OfJobAsync(job.CorrelationId, stop),
        Audit = await services.GetRequiredService<IAudit>().OfJobAsync(job.CorrelationId, stop),
    };
}
