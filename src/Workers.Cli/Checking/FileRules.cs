using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Workers.Cli.Files;
using Workers.Cli.Running;
using Workers.Contracts;
using Workers.Jobs;
using Workers.Jobs.Lifecycle;
using Workers.Providers;

namespace Workers.Cli.Checking;

/// <summary>The fleet's own rules, applied to the lines of a file one after the other.</summary>
internal sealed class FileRules : IDisposable
{
    /// <summary>Stands for the simulator's address; nothing is asked there.</summary>
    private static readonly Uri Nowhere = new("http://127.0.0.1:9/");

    private readonly ServiceProvider _services;
    private readonly Dictionary<Guid, string> _inputs = [];

    private FileRules(ServiceProvider services) => _services = services;

    /// <summary>With the accounts that are configured, else with one that pays for everybody.</summary>
    public static FileRules Load()
    {
        var outside = Settings.FromOutside();
        var configuration = new ConfigurationBuilder().AddConfiguration(outside);
        if (!outside.HasAccounts())
        {
            configuration.AddInMemoryCollection(Settings.SimulatorAccount(new Uri(Nowhere, "api/v3/"), "none"));
        }

        configuration.AddInMemoryCollection([new("Outbound:AllowedHosts:99", Nowhere.Authority)]);
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration.Build());
        services.AddProviders().AddJobs();
        return new FileRules(services.BuildServiceProvider());
    }

    public Finding Check(JobLine line)
    {
        if (line.Submission is null)
        {
            return new Finding(line, new End(EndKind.Rejected), line.Faults);
        }

        var submission = Normal.Of(Run.Locate(line, Nowhere).Submission!);
        if (_services.GetRequiredService<SubmissionRules>().Check(submission) is { Count: > 0 } rejected)
        {
            return new Finding(line, new End(EndKind.Rejected), rejected);
        }

        var (id, hash) = (JobIdentity.JobId(submission), JobIdentity.Hash(submission));
        if (!_inputs.TryAdd(id, hash) && _inputs[id] != hash)
        {
            return new Finding(line, new End(EndKind.Rejected), [SubmissionRules.KeyTaken(id)]);
        }

        var provider = _services.GetRequiredService<ProviderDirectory>().Find(submission.Provider!);
        return new Finding(line, new End(EndKind.Blocked, FailureBucket.Validation), provider.Check(submission.Input!, submission.Expect));
    }

    public void Dispose() => _services.Dispose();
}
