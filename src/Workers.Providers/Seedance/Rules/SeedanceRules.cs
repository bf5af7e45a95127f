using Workers.Contracts;
using Workers.Providers.Http;

namespace Workers.Providers.Seedance.Rules;

/// <summary>Everything that must hold of an input before money is spent on it. All groups speak, so that all faults are told at once.</summary>
internal sealed class SeedanceRules(OutboundPolicy outbound, ReferenceAddress addresses, SeedanceNames names, TimeProvider time)
{
    public IReadOnlyList<InputFault> Check(JobInput job, ResultExpectation? expect)
    {
        var input = new SeedanceInput(job, names.FindOrEndpoint(job.Model));
        return
        [
            .. ModelRules.Check(input, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime)),
            .. DraftRules.Check(input),
            .. PromptRules.Check(input),
            .. ParameterNameRules.Check(input),
            .. ParameterRules.Check(input),
            .. CombinationRules.Check(input),
            .. ReferenceRules.Check(input),
            .. AddressRules.Check(input, outbound, addresses),
            .. ModeRules.Check(input),
            .. CountRules.Check(input),
            .. ExpectationRules.Check(input, expect),
        ];
    }
}
