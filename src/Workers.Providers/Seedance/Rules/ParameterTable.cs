using Workers.Providers.Seedance.Models;

namespace Workers.Providers.Seedance.Rules;

/// <summary>One parameter of ModelArk's "create task" that a job may give.</summary>
/// <param name="Name">The provider's name.</param>
/// <param name="Kind">Its type.</param>
internal sealed record Parameter(string Name, ParameterKind Kind)
{
    /// <summary>The words that it may be.</summary>
    public string[] Words { get; init; } = [];

    /// <summary>The least and the greatest number that it may be.</summary>
    public (long Min, long Max)? Range { get; init; }

    /// <summary>What a model must be able to do to know it.</summary>
    public Features Needs { get; init; }

    /// <summary>The models that know it, for a person.</summary>
    public string KnownTo { get; init; } = "";
}

internal enum ParameterKind
{
    Word,
    Whole,
    Flag,
    List,

    /// <summary>The id of a task, in an object of its own.</summary>
    Task,
}

/// <summary>The parameters of ModelArk's "create task", as data.</summary>
internal static class ParameterTable
{
    public static IReadOnlyList<Parameter> All { get; } =
    [
        // Which resolutions and durations will do depends on the model: see CombinationRules.
        new("resolution", ParameterKind.Word) { Words = ["480p", "720p", "1080p", "4k"] },
        new("duration", ParameterKind.Whole),
        new("frames", ParameterKind.Whole) { Needs = Features.Frames, KnownTo = "Seedance 1.0" },
        new("ratio", ParameterKind.Word) { Words = ["16:9", "4:3", "1:1", "3:4", "9:16", "21:9", "adaptive"] },
        new("seed", ParameterKind.Whole) { Range = (-1, int.MaxValue) },
        new("camera_fixed", ParameterKind.Flag) { Needs = Features.CameraFixed, KnownTo = "Seedance 1.x" },
        new("watermark", ParameterKind.Flag),
        new("generate_audio", ParameterKind.Flag) { Needs = Features.Sound, KnownTo = "Seedance 1.5 and 2.x" },
        new("return_last_frame", ParameterKind.Flag),
        new("output_format", ParameterKind.Word) { Words = ["mp4", "mov"], Needs = Features.OutputFormat, KnownTo = "Seedance 2.5" },
        new("omni_reference_task_type", ParameterKind.Word)
        {
            Words = ["auto", "reference", "edit", "extend"],
            Needs = Features.TaskType,
            KnownTo = "Seedance 2.5",
        },
        new("draft", ParameterKind.Flag) { Needs = Features.Draft, KnownTo = "Seedance 1.5 and 2.5" },
        new("draft_task", ParameterKind.Task) { Needs = Features.Draft, KnownTo = "Seedance 1.5 and 2.5" },
        new("service_tier", ParameterKind.Word) { Words = ["default", "flex"] },
        new("priority", ParameterKind.Whole) { Range = (0, 9), Needs = Features.Priority, KnownTo = "Seedance 2.x" },
        new("tools", ParameterKind.List) { Needs = Features.WebSearch, KnownTo = "Seedance 2.x" },
    ];

    /// <summary>Fields that the fleet fills in, and how a job has its say.</summary>
    public static IReadOnlyDictionary<string, string> Owned { get; } = new Dictionary<string, string>
    {
        ["model"] = "Give it as input.model.",
        ["content"] = "Give input.prompt and input.references.",
        ["execution_expires_after"] = "Leave it out: the fleet tells its attempts apart by it. Give the job a deadline instead.",
        ["callback_url"] = "Leave it out: the fleet watches the task.",
        ["safety_identifier"] = "Leave it out and give the submission's userId: its hash is sent.",
    };
}
