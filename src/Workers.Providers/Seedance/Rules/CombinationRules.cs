using System.Globalization;
using Workers.Contracts;
using Workers.Providers.Seedance.Models;

namespace Workers.Providers.Seedance.Rules;

/// <summary>Parameters against the model and against each other. Values of the wrong type are ParameterRules' business.</summary>
internal static class CombinationRules
{
    public static IEnumerable<InputFault> Check(SeedanceInput input) =>
        new[]
        {
            Resolution(input), Duration(input), Frames(input), FramesAndDuration(input), Draft(input), DraftLastFrame(input), Flex(input), DraftFlex(input),
            Priority(input), Edit(input), Ratio(input), Adaptive(input), ReferencesIn1080p(input), CameraWithReferences(input),
        }.OfType<InputFault>();

    private static InputFault? Resolution(SeedanceInput input) =>
        input.Resolution is { } resolution && IsWord(resolution) && !input.Model.Resolutions.Contains(resolution)
            ? Fault("resolution", "a resolution of other models", $"must be one of {Shape.List(input.Model.Resolutions)} for this model", "Choose one of them.")
            : null;

    private static bool IsWord(string resolution) => ParameterTable.All.First(parameter => parameter.Name == "resolution").Words.Contains(resolution);

    private static InputFault? Duration(SeedanceInput input)
    {
        var model = input.Model;
        if (input.Duration is not { } duration || (duration >= model.MinSeconds && duration <= model.MaxSeconds))
        {
            return null;
        }

        var auto = model.Can(Features.AutoDuration);
        return auto && duration == SeedanceModel.Auto
            ? null
            : Fault(
                "duration",
                "a whole number",
                string.Create(CultureInfo.InvariantCulture, $"must lie within {model.MinSeconds} and {model.MaxSeconds} seconds{(auto ? ", or be -1 to let the model choose" : "")}"),
                "Give a number of that range.");
    }

    private static InputFault? Frames(SeedanceInput input) =>
        input.Model.Can(Features.Frames) && input.Frames is { } frames && (frames is < 29 or > 289 || (frames - 25) % 4 != 0)
            ? Fault("frames", "a whole number", "must be of the form 25 + 4n, from 29 to 289", "Give such a number, or a duration instead.")
            : null;

    private static InputFault? FramesAndDuration(SeedanceInput input) => input.Has("frames") && input.Has("duration")
        ? Fault("duration", "given beside frames", "must not be given together with frames, which would win", "Leave one of them out.")
        : null;

    private static InputFault? Draft(SeedanceInput input) => input.IsDraft && !input.IsFinal && input.PlannedResolution != "480p"
        ? Fault("draft", "true with another resolution", "a draft has a resolution of 480p", "Set resolution to 480p, or leave draft out.")
        : null;

    /// <summary>ModelArk, draft mode of 1.5.</summary>
    private static InputFault? DraftLastFrame(SeedanceInput input) =>
        input.IsDraft && !input.Model.Can(Features.DraftLastFrame) && input.Flag("return_last_frame") == true
            ? Fault("return_last_frame", "true with a draft", "a draft of this model comes without its last frame", "Leave it out; the film that is made from the draft can have it.")
            : null;

    private static InputFault? DraftFlex(SeedanceInput input) => input.IsDraft && input.IsFlex && input.Model.Can(Features.Flex)
        ? Fault("service_tier", "flex with a draft", "drafts are not made with service_tier flex", "Leave service_tier out; the film that is made from the draft can have it.")
        : null;

    private static InputFault? Flex(SeedanceInput input) => input.IsFlex && !input.Model.Can(Features.Flex)
        ? Fault("service_tier", "flex", "only Seedance 1.x can be asked with service_tier flex", "Leave service_tier out.")
        : null;

    private static InputFault? Priority(SeedanceInput input) => input.IsFlex && input.Has("priority")
        ? Fault("priority", "given beside service_tier flex", "must not be given together with service_tier flex", "Leave one of them out.")
        : null;

    /// <summary>ModelArk, create task: edit needs ratio adaptive and duration -1, both of which are defaults, and a video of 4 to 30 seconds.</summary>
    private static InputFault? Edit(SeedanceInput input) => input.Model.Can(Features.TaskType) && input.TaskType == "edit" && input.Duration is { } duration && duration != SeedanceModel.Auto
        ? Fault("duration", "a whole number", "must be -1 when omni_reference_task_type is edit", "Leave it out, or give -1.")
        : null;

    private static InputFault? Ratio(SeedanceInput input)
    {
        var follows = (input.Model.Can(Features.TaskType) && input.TaskType is ("edit" or "extend"))
            || (input.Model.Can(Features.RatioFollowsInput) && input.References.Any(reference => Roles.IsFrame(SeedanceInput.RoleOf(reference))));
        return follows && input.PlannedRatio is not null
            ? Fault("ratio", Shape.Of(input.Ratio), "must be adaptive for this model with a first frame, and when a video is edited or extended", "Leave it out, or give adaptive.")
            : null;
    }

    /// <summary>ModelArk, create task: the first models choose no ratio but that of a first frame.</summary>
    private static InputFault? Adaptive(SeedanceInput input) =>
        input.Ratio == "adaptive" && !input.Model.Can(Features.AdaptiveWithoutFrame) && input.Count(Roles.FirstFrame) == 0
            ? Fault("ratio", "adaptive without a first frame", "must be in numbers for this model, unless there is a first frame to follow", "Give one such as 16:9, or leave it out.")
            : null;

    private static InputFault? ReferencesIn1080p(SeedanceInput input) => input.HasPlainReferenceImages && input.PlannedResolution == "1080p"
        ? Fault("resolution", "1080p with reference images", "must be below 1080p for this model with reference images", "Choose 480p or 720p.")
        : null;

    private static InputFault? CameraWithReferences(SeedanceInput input) => input.HasPlainReferenceImages && input.Has("camera_fixed")
        ? Fault("camera_fixed", "given with reference images", "must not be given together with reference images", "Leave one of them out.")
        : null;

    private static InputFault Fault(string parameter, string found, string rule, string fix) =>
        new() { Field = $"input.parameters.{parameter}", Found = found, Rule = rule, Fix = fix };
}
