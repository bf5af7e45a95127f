using System.Collections.Frozen;
using System.Text.Json;
using Workers.Contracts;
using Workers.Providers.Seedance.Models;

namespace Workers.Providers.Seedance;

/// <summary>An input as the rules, the prices and the intent read it. A parameter of the wrong type reads as absent; a rule of its own complains of it.</summary>
internal sealed class SeedanceInput(JobInput input)
{
    public JobInput Job { get; } = input;

    public SeedanceModel Model { get; } = SeedanceModels.FindOrEndpoint(input.Model);

    public IReadOnlyDictionary<string, JsonElement> Parameters { get; } = input.Parameters ?? FrozenDictionary<string, JsonElement>.Empty;

    public IReadOnlyList<Reference> References { get; } = input.References ?? [];

    public string? Resolution => Text("resolution");
    public string? Ratio => Text("ratio");
    public long? Duration => Whole("duration");
    public long? Frames => Whole("frames");
    public string? TaskType => Text("omni_reference_task_type");
    public bool IsFlex => Text("service_tier") == "flex";

    /// <summary>The resolution asked for, or the model's default.</summary>
    public string PlannedResolution => Resolution ?? Model.DefaultResolution;

    /// <summary>The ratio asked for, or null where the provider chooses.</summary>
    public string? PlannedRatio => Ratio == "adaptive" ? null : Ratio;

    /// <summary>The duration asked for or the model's default, in whole seconds; null where the model chooses.</summary>
    public long? PlannedSeconds =>
        Frames is { } frames ? frames / 24
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
