using Workers.Providers.Seedance.Models;

namespace Workers.Providers.Seedance;

/// <summary>Recognises a task by what ModelArk echoes of its request.</summary>
/// <remarks>
/// Only what was asked for in words is compared, and only where the task repeats it: to overlook the task of a lost create is to pay twice, while one too
/// many is settled by a person.
/// </remarks>
internal static class SeedanceMatch
{
    public static TaskIntent Intent(SeedanceInput input, long fingerprint) => new()
    {
        Model = input.Job.Model ?? "",
        Fingerprint = fingerprint,
        Resolution = input.Resolution,
        Ratio = input.PlannedRatio,
        Duration = !input.Has("frames") && input.Duration is { } seconds && seconds != SeedanceModel.Auto ? (int)seconds : null,
    };

    public static bool Matches(ProviderTask task, TaskIntent intent, SeedanceNames names) =>
        names.MayBeSame(task.Model, intent.Model)
        && Fits(task.Fingerprint, intent.Fingerprint)
        && Fits(task.Resolution, intent.Resolution)
        && Fits(task.Ratio == "adaptive" ? null : task.Ratio, intent.Ratio)
        && Fits(task.Duration is SeedanceModel.Auto ? null : task.Duration, intent.Duration);

    private static bool Fits(string? found, string? asked) => found is null || asked is null || found == asked;

    private static bool Fits(long? found, long? asked) => found is null || asked is null || found == asked;
}
