using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;
using Workers.MongoDb.Connections;
using Workers.MongoDb.Indexes;

namespace Workers.Cli.Stores;

/// <summary>The command line of <c>workers store</c>.</summary>
internal static class StoreCommand
{
    public static Command Create(IAnsiConsole output, IAnsiConsole error) => new("store", "The indexes that the fleet reads its records by.")
    {
        Prepare(output, error),
        Check(output, error),
    };

    private static ExplainedCommand Prepare(IAnsiConsole output, IAnsiConsole error)
    {
        var command = new ExplainedCommand(
            "prepare",
            "Makes the indexes that are missing. What is there stays as it is; may be run again and again.",
            $"""
            Every worker does the same when it starts. On collections with many records it takes a while: run it before an update.
            {StoreSettings.Explanation}

            Exit codes: 0 all is there, 2 an index of a name is there with other keys or rules (all else was made), 1 the store can't be asked.
            """)
        {
            StoreSettings.Option,
        };
        command.SetAction((parsed, stop) => StoreSettings.UseAsync(parsed, async services =>
        {
            var (deployment, store) = Deployment(services);
            var before = await deployment.CheckAsync(stop);
            foreach (var index in StoreIndexes.All.Where(index => before.Any(finding => finding.Kind == IndexFindingKind.Missing && Names(finding, index))))
            {
                await services.GetRequiredService<Store>().Database.GetCollection<MongoDB.Bson.BsonDocument>(index.Collection).Indexes.CreateOneAsync(index.Model(), options: null, stop);
                output.WriteLine($"Made {index.Collection}.{index.Name}.");
            }

            var after = await deployment.CheckAsync(stop);
            Tell(after, error);
            output.WriteLine(FormattableString.Invariant($"{StoreIndexes.All.Count - after.Count(IsTrouble)} of {StoreIndexes.All.Count} indexes are as they should be at {store}."));
            return after.Any(IsTrouble) ? ExitCode.Otherwise : ExitCode.AsExpected;
        }));
        return command;
    }

    private static ExplainedCommand Check(IAnsiConsole output, IAnsiConsole error)
    {
        var command = new ExplainedCommand(
            "check",
            "Says which indexes are missing, different or superfluous, and changes nothing.",
            $"""
            {StoreSettings.Explanation}

            Exit codes: 0 all is as it should be, 2 something is not, 1 the store can't be asked.
            """)
        {
            StoreSettings.Option,
        };
        command.SetAction((parsed, stop) => StoreSettings.UseAsync(parsed, async services =>
        {
            var (deployment, store) = Deployment(services);
            var findings = await deployment.CheckAsync(stop);
            Tell(findings, error);
            output.WriteLine(FormattableString.Invariant($"{StoreIndexes.All.Count - findings.Count(IsTrouble)} of {StoreIndexes.All.Count} indexes are as they should be at {store}."));
            return findings.Count > 0 ? ExitCode.Otherwise : ExitCode.AsExpected;
        }));
        return command;
    }

    /// <summary>Past the way that all other commands take, which would make the indexes first.</summary>
    private static (IndexDeployment Deployment, StoreAddress Store) Deployment(IServiceProvider services) =>
        (new IndexDeployment(services.GetRequiredService<Store>().Database, StoreIndexes.All), services.GetRequiredService<StoreAddress>());

    private static void Tell(IReadOnlyList<IndexFinding> findings, IAnsiConsole error)
    {
        foreach (var finding in findings.OrderBy(finding => finding.Kind).ThenBy(finding => finding.Collection, StringComparer.Ordinal))
        {
            var keys = StoreIndexes.All.FirstOrDefault(index => Names(finding, index))?.Keys;
            error.WriteLine(finding.Kind switch
            {
                IndexFindingKind.Missing => $"{finding.Collection}.{finding.Name} is missing: {keys}. Make it with: workers store prepare",
                IndexFindingKind.Different => $"{finding.Collection}.{finding.Name} is there with other keys or rules; it should be {keys}. Drop it, then run: workers store prepare",
                _ => $"{finding.Collection}.{finding.Name} is there, and this version does not know it: it costs every write. Drop it unless another version or tool needs it.",
            }, Style.Parse("yellow"));
        }
    }

    private static bool Names(IndexFinding finding, StoreIndex index) => (finding.Collection, finding.Name) == (index.Collection, index.Name);

    private static bool IsTrouble(IndexFinding finding) => finding.Kind != IndexFindingKind.Superfluous;
}
