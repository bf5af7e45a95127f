using Workers.Contracts;
using Workers.Providers.Seedance.Models;

namespace Workers.Providers.Seedance.Rules;

/// <summary>
/// ModelArk, draft mode: a film that is made from a draft takes over what the draft was asked for. 2.5 refuses what is said again, 1.5 passes over it: either way
/// it would not be done.
/// </summary>
internal static class DraftRules
{
    private const string Rule = "is taken over from the draft, and must not be given beside draft_task";

    private static readonly string[] TakenOver = ["duration", "ratio", "seed", "generate_audio", "camera_fixed", "omni_reference_task_type"];

    public static IEnumerable<InputFault> Check(SeedanceInput input)
    {
        if (!input.IsFinal || !input.Model.Can(Features.Draft))
        {
            yield break;
        }

        if (!string.IsNullOrWhiteSpace(input.Job.Prompt))
        {
            yield return Fault("input.prompt", Shape.Of(input.Job.Prompt), Rule, "Leave it out.");
        }

        if (input.References.Count > 0)
        {
            yield return Fault("input.references", $"a list of {Shape.Count(input.References.Count)}", Rule, "Leave them out.");
        }

        foreach (var parameter in TakenOver.Where(input.Has))
        {
            yield return Fault($"input.parameters.{parameter}", "given beside draft_task", Rule, "Leave it out.");
        }

        if (input.Flag("draft") == true)
        {
            yield return Fault("input.parameters.draft", "true beside draft_task", "a film that is made from a draft is no draft", "Leave one of them out.");
        }

        if (input.Resolution is { } resolution && input.Model.Resolutions.Contains(resolution) && !input.Model.FinalResolutions.Contains(resolution))
        {
            yield return Fault(
                "input.parameters.resolution",
                "another resolution beside draft_task",
                $"must be one of {Shape.List(input.Model.FinalResolutions)} for a film of this model that is made from a draft",
                "Leave it out, or choose one of them.");
        }
    }

    private static InputFault Fault(string field, string found, string rule, string fix) =>
        new() { Field = field, Found = found, Rule = rule, Fix = fix };
}
