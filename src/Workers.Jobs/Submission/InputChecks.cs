using Microsoft.Extensions.Options;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;
using Workers.Providers;
using Workers.Providers.Http;

namespace Workers.Jobs.Submission;

/// <summary>Everything that can be known to be wrong before money is spent: shape and expectations first, then the references.</summary>
internal sealed class InputChecks(ProviderDirectory providers, ReferenceAddress addresses, IReferenceProbe probe, IOptions<SubmissionOptions> options)
{
    /// <summary>What is wrong with the job's input, or the addresses of its references.</summary>
    public async Task<CheckedInput> CheckAsync(Job job, CancellationToken cancellationToken)
    {
        var provider = providers.Find(job.Provider);
        if (provider.Check(job.Input, job.Expect) is { Count: > 0 } broken)
        {
            return new CheckedInput.Refused(Trouble(broken));
        }

        var references = job.Input.References ?? [];
        var resolved = references.Select(addresses.Resolve).ToArray();
        var facts = await Task.WhenAll(references.Select(async (reference, i) =>
            provider.IsOwnAsset(reference) ? null : await probe.ProbeAsync(resolved[i], cancellationToken)));

        if (provider.CheckReferences(job.Input, facts) is not { Count: > 0 } faults)
        {
            return new CheckedInput.Sound(resolved);
        }

        var mayPass = facts.All(fact => fact is null or { Reachable: true } or { Transient: true }) && facts.Any(fact => fact is { Transient: true });
        return mayPass && job.Deferrals < options.Value.ReferencePatience
            ? new CheckedInput.NotNow(Trouble(faults) with { Disposition = Disposition.Retry })
            : new CheckedInput.Refused(Trouble(faults));
    }

    private static JobTrouble Trouble(IReadOnlyList<InputFault> faults) => new()
    {
        Bucket = FailureBucket.Validation,
        Disposition = Disposition.Block,
        Code = "InputRefused",
        Reason = faults.Count == 1 ? faults[0].ToString() : $"The input has {faults.Count} faults, the first: {faults[0]}",
        Fix = "Resume the job with corrected input.",
        Faults = faults,
    };
}

/// <summary>What came of the checks.</summary>
internal abstract record CheckedInput
{
    /// <summary>Nothing is wrong. The addresses are those of the references, in their order.</summary>
    public sealed record Sound(IReadOnlyList<Uri> References) : CheckedInput;

    /// <summary>A reference's server is unwell; asking later may help.</summary>
    public sealed record NotNow(JobTrouble Trouble) : CheckedInput;

    /// <summary>Somebody must correct the input.</summary>
    public sealed record Refused(JobTrouble Trouble) : CheckedInput;
}
