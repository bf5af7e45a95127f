using Workers.Contracts;
using Workers.Providers.Seedance.Models;

namespace Workers.Providers.Seedance.Rules;

/// <summary>ModelArk, create task: first frame, first and last frame, and references exclude one another.</summary>
internal static class ModeRules
{
    private const string Field = "input.references";

    public static IEnumerable<InputFault> Check(SeedanceInput input)
    {
        var frames = input.Count(Roles.FirstFrame) + input.Count(Roles.LastFrame);
        var images = input.Count(Roles.Image);
        var videos = input.Count(Roles.Video);
        var audios = input.Count(Roles.Audio);

        if (frames > 0 && images + videos + audios > 0)
        {
            yield return Fault("frames and references", "first and last frames must not be mixed with references", "Leave out the ones or the others.");
        }

        if (input.Count(Roles.LastFrame) > 0 && input.Count(Roles.FirstFrame) == 0)
        {
            yield return Fault("a last frame alone", "a last frame needs a first frame", "Give a first frame as well.");
        }

        if (frames > 0 && !input.Model.Can(Features.FirstFrame))
        {
            yield return Fault("an image", "this model makes videos of a prompt alone", "Leave it out, or choose another model.");
        }
        else if (input.Count(Roles.LastFrame) > 0 && !input.Model.Can(Features.LastFrame))
        {
            yield return Fault("a last frame", "this model takes a first frame alone", "Leave the last frame out, or choose another model.");
        }

        if (frames + images == 0 && !input.Model.Can(Features.TextAlone))
        {
            yield return Fault("no image", "this model needs a first frame or reference images", "Give one, or choose another model.");
        }

        if (images > 0 && !input.Model.Can(Features.ReferenceImages))
        {
            yield return Fault("reference images", "only Seedance 2.x takes reference images", "Give a first frame instead, or choose another model.");
        }

        if (audios > 0 && images + videos + frames == 0 && !input.Model.Can(Features.AudioAlone))
        {
            yield return Fault("audio alone", "reference audio needs an image or a video with it for this model", "Add one, or choose Seedance 2.5.");
        }

        if (input.Model.Can(Features.TaskType) && input.TaskType == "edit" && !input.References.Any(IsEditable))
        {
            yield return Fault(
                "no video to edit",
                "omni_reference_task_type edit needs a reference video of 4 to 30 seconds",
                "Add one, or choose another task type.");
        }
    }

    /// <summary>A video whose duration nobody told gets the benefit of the doubt: the provider checks an explicit task type before it bills.</summary>
    private static bool IsEditable(Reference reference) => reference is { Kind: "video", DurationSeconds: null or (>= 4 and <= 30) };

    private static InputFault Fault(string found, string rule, string fix) => new() { Field = Field, Found = found, Rule = rule, Fix = fix };
}
