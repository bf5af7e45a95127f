using Workers.Cli.Files;
using Workers.Cli.Progress;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;

namespace Workers.Cli.Tests.Support;

/// <summary>Lines and jobs where it does not matter what they ask for.</summary>
internal static class Lines
{
    public static JobLine Of(int number, string key) => new()
    {
        Number = number,
        Submission = new SubmitJob { TenantId = "acme", IdempotencyKey = key, Input = new JobInput { Model = "dreamina-seedance-2-0-260128" } },
        Expected = null,
    };

    public static JobView View(JobLine line, string state, int version = 1, DateTimeOffset changedAt = default) => new()
    {
        Id = line.JobId!.Value,
        Generation = Guid.Empty,
        Version = version,
        State = state,
        Phase = JobSteps.PhaseOf(state),
        ChangedAt = changedAt,
        Attempt = 1,
        TaskId = null,
        Account = "main",
        Trouble = null,
        Outputs = [],
        Cost = null,
    };
}
