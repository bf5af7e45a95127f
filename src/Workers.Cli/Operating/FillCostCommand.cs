using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;
using Workers.Cli.Progress;
using Workers.Cli.Stores;
using Workers.Jobs.Costs;
using Workers.Jobs.Lifecycle;

namespace Workers.Cli.Operating;

/// <summary>The command line of <c>workers costs fill</c>.</summary>
internal static class FillCostCommand
{
    private const string Description = "Fills in what a job's task costs of which the provider did not say it.";

    private const string Explanation =
        $"""
        Look at the provider's bill first. What the provider said itself is not changed; what was filled in can be filled in anew. Events that were told keep the cost that they told.

        {StoreSettings.Explanation}

        Exit codes: 0 it was filled in, 2 there is nothing to fill in, 1 the store is not to be had.

        Examples:
          workers costs fill 5f0c0ffe-0000-8000-8000-000000000001 --amount 0.76
          workers costs fill 5f0c0ffe-0000-8000-8000-000000000001 --attempt 2 --tokens 108900 --actor ada
        """;

    private static readonly Option<decimal?> Amount = new("--amount") { Description = "What the task costs, in the account's currency.", HelpName = "MONEY" };
    private static readonly Option<long?> Tokens = new("--tokens") { Description = "What the task used, at the price of its estimate.", HelpName = "N" };
    private static readonly Option<int?> Attempt = new("--attempt") { Description = "Which of the job's attempts, from 1. Default: its last one.", HelpName = "N" };

    public static Command Create(IAnsiConsole output, IAnsiConsole error)
    {
        var command = new ExplainedCommand("fill", Description, Explanation) { Who.Job, Amount, Tokens, Attempt, Who.Actor, StoreSettings.Option };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Amount) is null == result.GetValue(Tokens) is null)
            {
                result.AddError("Say --amount MONEY or --tokens N, one of the two.");
            }

            if (result.GetValue(Amount) < 0 || result.GetValue(Tokens) < 0)
            {
                result.AddError("What a task costs is not below 0.");
            }
        });
        command.SetAction((parsed, stop) => StoreSettings.UseAsync(parsed, async services =>
        {
            var jobId = parsed.GetRequiredValue(Who.Job);
            if (await services.GetRequiredService<IJobs>().FindAsync(jobId, stop) is not { } job)
            {
                error.WriteLine($"There is no job {jobId}.", Style.Parse("yellow"));
                return ExitCode.Otherwise;
            }

            var number = parsed.GetValue(Attempt) ?? job.Attempt;
            var (refusal, amount, currency) = await services.GetRequiredService<CostFilling>().FillAsync(
                job,
                number,
                attempt => parsed.GetValue(Amount) ?? attempt.Estimate.ForTokens(parsed.GetValue(Tokens)!.Value).Amount,
                parsed.GetRequiredValue(Who.Actor),
                stop);
            if (refusal is not null)
            {
                error.WriteLine(refusal, Style.Parse("yellow"));
                return ExitCode.Otherwise;
            }

            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Attempt {number} of job {jobId} costs {Words.Money(amount, currency)}."));
            return ExitCode.AsExpected;
        }));
        return command;
    }
}
