using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;
using Workers.Cli.Progress;
using Workers.Cli.Stores;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Retention;

namespace Workers.Cli.Operating;

/// <summary>The command line of <c>workers erase</c>.</summary>
internal static class EraseCommand
{
    private const string Description = "Removes all that the fleet holds of one user, at once and whatever its age.";

    private const string Explanation =
        $"""
        Jobs that have ended are removed with their files, attempts, results and failures. Those that have not are named, with what to do; run this again when it was done. The audit keeps who
        asked, when, how many jobs went, and a hash of the user. Messages that still lie in queues, and what the provider keeps, are not touched.
        {ResultsFolder.Explanation} A job whose files are not there is left and named.

        {StoreSettings.Explanation}

        Exit codes: 0 nothing of the user is left, 2 some jobs are, 1 the store is not to be had.

        Example:
          workers erase --tenant acme --user user-4711
        """;

    private static readonly Option<string> Tenant = new("--tenant") { Description = "The user's tenant.", HelpName = "TENANT", Required = true };
    private static readonly Option<string> User = new("--user") { Description = "The user, as submissions name them.", HelpName = "USER", Required = true };

    static EraseCommand() => Tenant.Validators.Add(result =>
    {
        if (result.Tokens is [var token, ..] && !SubmissionRules.IsName(token.Value))
        {
            result.AddError($"--tenant has {SubmissionRules.NameRule}.");
        }
    });

    public static Command Create(IAnsiConsole output, IAnsiConsole error)
    {
        var command = new ExplainedCommand("erase", Description, Explanation) { Tenant, User, Who.Actor, ResultsFolder.Option, ResultsFolder.FilesGone, StoreSettings.Option };
        command.SetAction((parsed, stop) => StoreSettings.UseAsync(parsed, async services =>
        {
            ResultsFolder.Require(services);
            var report = await services.GetRequiredService<Erasure>().EraseAsync(parsed.GetRequiredValue(Tenant), parsed.GetRequiredValue(User), parsed.GetRequiredValue(Who.Actor), parsed.GetValue(ResultsFolder.FilesGone), stop);
            output.WriteLine(
                $"{Words.Count(report.Jobs, "job")} of user SHA-256 {report.UserHash} removed, with {Words.Count(report.Files.Files, "file")} of {Words.Bytes(report.Files.Bytes)}; {report.Left.Count} left.");
            foreach (var left in report.Left)
            {
                error.WriteLine($"job {left.JobId} is {left.State}. {left.Why}", Style.Parse("yellow"));
            }

            return report.Left.Count == 0 ? ExitCode.AsExpected : ExitCode.Otherwise;
        }, ResultsFolder.Setting(parsed)));
        return command;
    }
}
