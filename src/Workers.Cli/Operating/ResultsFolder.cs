using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Workers.Jobs.Retrieval;

namespace Workers.Cli.Operating;

/// <summary>The folder of the results, which commands that remove jobs must reach: records without their files would leave the files for ever.</summary>
internal static class ResultsFolder
{
    /// <summary>What the help of each such command says.</summary>
    public const string Explanation = "Results lie below Retrieval:Root (Retrieval__Root), unless --results names their folder: run this where the workers' folder of results is.";

    private const string Key = $"{RetrievalOptions.Section}:{nameof(RetrievalOptions.Root)}";

    public static readonly Option<string?> Option = new("--results") { Description = "The folder of the results, instead of the configured one.", HelpName = "DIR" };

    public static readonly Option<bool> FilesGone = new("--files-gone") { Description = "Files that records name and that are not there are known to be nowhere else: their jobs are removed too." };

    /// <summary>What the command line says of it, as a setting.</summary>
    public static (string Key, string? Value) Setting(ParseResult parsed) => (Key, parsed.GetValue(Option));

    /// <exception cref="CannotStartException">There is no such folder here.</exception>
    public static void Require(IServiceProvider services)
    {
        var root = Path.GetFullPath(services.GetRequiredService<IOptions<RetrievalOptions>>().Value.Root);
        if (!Directory.Exists(root))
        {
            throw new CannotStartException($"There is no folder {root} (Retrieval:Root), so the files of the jobs would stay. Name the workers' folder of results with --results; make an empty one if there never were files.");
        }
    }
}
