using System.Collections.Frozen;
using System.Text.Json;
using Workers.Contracts;
using Workers.Providers.Seedance.Models;

namespace Workers.Providers.Seedance;

/// <summary>An input as the rules, the prices and the intent read it. A parameter of the wrong type reads as absent; a rule of its own complains of it.</summary>
internal sealed class SeedanceInput(JobInput input, SeedanceModel model)
{
    /// <summary>ModelArk, create task: content of type draft_task.</summary>
    public const string DraftTask = "draft_task";

    public JobInput Job { get; } = input;

    public SeedanceModel Model { get; } = model;

    public IReadOnlyDictionary<string, JsonElement> Parameters { get; } = input.Parameters ?? FrozenDictionary<string, JsonElement>.Empty;

    public IReadOnlyList<Reference> References { get; } = input.References ?? [];

    public string? Resolution => Text("resolution");
    public string? Ratio => Text("ratio");
    public long? Duration => Whole("duration");
    public long? Frames => Whole("frames");
    public string? TaskType => Text("omni_reference_task_type");

    /// <summary>A draft is asked for.</summary>
    public bool IsDraft => Model.Can(Features.Draft) && Flag("draft") == true;

    /// <summary>A film is asked for that is made from a draft, whose input the provider takes over.</summary>
    public bool IsFinal => Has(DraftTask);

    /// <summary>The task of the draft that the film is made from, or null.</summary>
    public string? DraftTaskId => Parameters.TryGetValue(DraftTask, out var value) ? SeedanceDraft.IdIn(value) : null;

    /// <summary>Reference images to a model that takes nothing else beside them: ModelArk, create task: it knows fewer parameters with them.</summary>
    public bool HasPlainReferenceImages =>
        Model.Can(Features.ReferenceImages) && !Model.Can(Features.ReferenceMedia) && Count(Roles.Image) > 0;

    public bool IsFlex => Text("service_tier") == "flex";

    /// <summary>The resolution asked for, or the model's default.</summary>
    public string PlannedResolution => Resolution ?? (IsFinal && Model.FinalResolutions is [var usual, ..] ? usual : Model.DefaultResolution);

    /// <summary>The ratio asked for, or null where the provider chooses.</summary>
    public string? PlannedRatio => Ratio == "adaptive" ? null : Ratio;

    /// <summary>The duration asked for or the model's default, in whole seconds; null where the model chooses.</summary>
    public long? PlannedSeconds =>
        IsFinal ? null
        : Frames is { } frames ? frames / 24
        : (Duration ?? Model.DefaultSeconds) is var seconds && seconds != SeedanceModel.Auto ? seconds
        : null;

    public bool Has(string parameter) => Parameters.ContainsKey(parameter);

    public string? Text(string parameter) =>
        Parameters.TryGetValue(parameter, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public long? Whole(string parameter) =>
        Parameters.TryGetValue(parameter, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;

    public bool? Flag(string parameter) =>
        Parameters.TryGetValue(parameter, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : null;

    public int Count(string role) => References.Count(reference => RoleOf(reference) == role);

    /// <summary>
    /// The role as given, or the only one its kind can have: ModelArk, create task: the role may be left out for a single image, which is then the first
    /// frame; a video and an audio are always references.
    /// </summary>
    public static string? RoleOf(Reference reference) => reference.Role ?? reference.Kind switch
    {
        "image" => Roles.FirstFrame,
        "video" => Roles.Video,
        "audio" => Roles.Audio,
        _ => null,
    };
}

/// <summary>ModelArk, create task: the roles of content.</summary>
internal static class Roles
{
    public const string FirstFrame = "first_frame";
    public const string LastFrame = "last_frame";
    public const string Image = "reference_image";
    public const string Video = "reference_video";
    public const string Audio = "reference_audio";

    public static bool IsFrame(string? role) => role is FirstFrame or LastFrame;

    public static bool IsReference(string? role) => role is Image or Video or Audio;
}
