using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;
using Workers.Cli.DeadLetters;
using Workers.Cli.Progress;
using Workers.Cli.Stores;
using Workers.Contracts;
using Workers.Jobs;
using Workers.Jobs.Lifecycle;

namespace Workers.Cli.Operating;

/// <summary>The command line of <c>workers jobs list</c>.</summary>
internal static class JobsListCommand
{
    private const string Description = "Lists jobs, the newest submission first.";

    private const string Explanation =
        $"""
        A page ends with the option that shows the next one, where there is one. Whatever becomes of the jobs meanwhile, the pages skip none and repeat none.
        What a job is to make is not shown, nor is for whom.

        {StoreSettings.Explanation}

        Exit codes: 0 they were listed, 1 the store is not to be had.

        Examples:
          workers jobs list --phase Blocked
          workers jobs list --tenant acme --bucket ContentPolicy --since 24h --limit 20
          workers jobs list --state Failed --output json
        """;

    private static readonly Option<string?> Tenant = new("--tenant") { Description = "Only this tenant's.", HelpName = "TENANT" };
    private static readonly Option<string?> State = new Option<string?>("--state") { Description = "Only those in this state.", HelpName = "STATE" }.AcceptOnlyFromAmong([.. JobQuery.AllStates]);
    private static readonly Option<Phase?> Phase = new("--phase") { Description = "Only those in progress, blocked or ended.", HelpName = "InProgress|Blocked|Terminal" };
    private static readonly Option<FailureBucket?> Bucket = new("--bucket") { Description = "Only those whose present trouble has this cause.", HelpName = "BUCKET" };
    private static readonly Option<string?> After = new("--after") { Description = "Goes on where a page ended.", HelpName = "POSITION" };
    private static readonly Option<int> Limit = Which.Limit("How many at most.", 50);

    public static Command Create(IAnsiConsole output)
    {
        var command = new ExplainedCommand("list", Description, Explanation) { Tenant, State, Phase, Bucket, Since.Option, Limit, After, OutputForm.Option, StoreSettings.Option };
        After.Validators.Add(result =>
        {
            if (result.Tokens is [var token, ..] && PagePosition.Parse(token.Value) is null)
            {
                result.AddError("--after is what the page before ended with.");
            }
        });
        command.SetAction((parsed, stop) => StoreSettings.UseAsync(parsed, services => ListAsync(parsed, services, output, stop)));
        return command;
    }

    private static async Task<int> ListAsync(ParseResult parsed, IServiceProvider services, IAnsiConsole output, CancellationToken stop)
    {
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var query = new JobQuery
        {
            TenantId = parsed.GetValue(Tenant),
            State = parsed.GetValue(State),
            Phase = parsed.GetValue(Phase),
            Bucket = parsed.GetValue(Bucket),
            Since = parsed.GetValue(Since.Option) is { } since ? Since.Parse(since, now) : null,
        };
        var limit = parsed.GetValue(Limit);
        var found = await services.GetRequiredService<IJobs>().ListAsync(query, parsed.GetValue(After) is { } after ? PagePosition.Parse(after) : null, limit + 1, stop);
        Job[] jobs = [.. found.Take(limit)];
        var next = found.Count > limit ? JobQuery.PositionOf(jobs[^1]).ToString() : null;
        if (OutputForm.IsJson(parsed))
        {
            await output.Profile.Out.Writer.WriteLineAsync(JsonSerializer.Serialize(new JobListing([.. jobs.Select(JobSummary.Of)], next), OperatingJson.Default.JobListing));
            return ExitCode.AsExpected;
        }

        if (jobs.Length > 0)
        {
            output.Write(JobTables.List(jobs, now));
        }

        output.WriteLine($"{Words.Count(jobs.Length, "job")}.{(next is null ? "" : $" There are more: --after {next}")}");
        return ExitCode.AsExpected;
    }
}
