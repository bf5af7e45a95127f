using Workers.Contracts;

namespace Workers.Jobs.Lifecycle;

/// <summary>The rules of the names in a cancel or resume: what breaks one names no job of anybody.</summary>
public static class CommandRules
{
    public static IEnumerable<InputFault> Check(string tenant, string requestedBy)
    {
        if (!SubmissionRules.IsName(tenant))
        {
            yield return InputRules.Fault("tenantId", InputRules.Shape(tenant), $"tenantId has {SubmissionRules.NameRule}", "Give the job's tenant.");
        }

        if (requestedBy.Length is 0 or > SubmissionRules.LongestUser)
        {
            yield return InputRules.Fault("requestedBy", InputRules.Shape(requestedBy), $"who asks is named in 1 to {SubmissionRules.LongestUser} characters", "Name a person or a program.");
        }
    }
}
