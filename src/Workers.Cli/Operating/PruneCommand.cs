using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;
using Workers.Cli.Progress;
using Workers.Cli.Stores;
using Workers.Jobs;
using Workers.Jobs.Retention;

namespace Workers.Cli.Operating;

/// <summary>The command line of <c>workers prune</c>.</summary>
internal static class PruneCommand
{
    private const string Description = "Removes the jobs that were kept long enough, with their files, attempts, results and failures.";

    private const string Explanation =
        $"""
        The workers do the same by themselves. How long is Retention:KeepEndedFor, and Retention:Tenants:TENANT where a tenant has a time of its own. What is removed is in the audit, as counts.
        {ResultsFolder.Explanation} A job whose files are not there stays.

        {StoreSettings.Explanation}

        Exit codes: 0 it was done, 2 jobs stay because their files are not there, 1 a setting is wrong, or the store is not to be had.

        Examples:
          workers prune --dry-run
          Retention__Tenants__acme=1.00:00:00 workers prune --dry-run
        """;

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Says what would be removed, and removes nothing." };

    public static Command Create(IAnsiConsole output)
    {
        var command = new ExplainedCommand("prune", Description, Explanation) { DryRun, Who.Actor, ResultsFolder.Option, ResultsFolder.FilesGone, StoreSettings.Option };
        command.SetAction((parsed, stop) => StoreSettings.UseAsync(parsed, async services =>
        {
            ResultsFolder.Require(services);
            var dryRun = parsed.GetValue(DryRun);
            var pruned = await services.GetRequiredService<Pruner>().PruneAsync(services.GetRequiredService<TimeProvider>().Now(), parsed.GetRequiredValue(Who.Actor), dryRun, parsed.GetValue(ResultsFolder.FilesGone), stop);
            foreach (var tenant in pruned)
            {
                output.WriteLine(
                    $"{tenant.Tenant}: {Words.Count(tenant.Jobs, "job")} that ended before {Words.Iso(tenant.Before)}, with {Words.Count(tenant.Files.Files, "file")} of {Words.Bytes(tenant.Files.Bytes)}"
                    + (tenant.Watched > 0 ? $"; {tenant.Watched} more stay while their tasks may be billed" : "")
                    + (tenant.FilesMissing > 0 ? $"; {tenant.FilesMissing} more stay: files that their records name are not in this folder. Prune where the workers' folder is, or with --files-gone if they are nowhere else" : ""));
            }

            output.WriteLine($"{Words.Count(pruned.Sum(tenant => tenant.Jobs), "job")} {(dryRun ? "would be removed" : "removed")}.");
            return pruned.Any(tenant => tenant.FilesMissing > 0) ? ExitCode.Otherwise : ExitCode.AsExpected;
        }, ResultsFolder.Setting(parsed)));
        return command;
    }
}
