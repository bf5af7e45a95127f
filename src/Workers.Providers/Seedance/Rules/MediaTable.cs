using Workers.Providers.Seedance.Models;

namespace Workers.Providers.Seedance.Rules;

/// <summary>One kind of reference.</summary>
/// <param name="Kind">The contract's word.</param>
/// <param name="Roles">The roles that it may have.</param>
/// <param name="MaxMegabytes">The most that it may weigh, in units of 1024 * 1024 bytes.</param>
/// <param name="Types">The media types that it may have, each with its other spellings.</param>
internal sealed record Medium(string Kind, string[] Roles, int MaxMegabytes, string[][] Types)
{
    public long MaxBytes => MaxMegabytes * 1024L * 1024L;

    /// <summary>The usual spelling of an allowed media type, or null for any other.</summary>
    public string? Usual(string? type) => Types.FirstOrDefault(spellings => spellings.Contains(type, StringComparer.OrdinalIgnoreCase))?[0];
}

/// <summary>ModelArk, create task: what content may be.</summary>
internal static class MediaTable
{
    public static IReadOnlyList<Medium> All { get; } =
    [
        new("image", [Seedance.Roles.FirstFrame, Seedance.Roles.LastFrame, Seedance.Roles.Image], 30,
            [["image/jpeg", "image/jpg"], ["image/png"], ["image/webp"], ["image/bmp", "image/x-ms-bmp"], ["image/tiff"], ["image/gif"], ["image/heic"], ["image/heif"]]),
        new("video", [Seedance.Roles.Video], 200, [["video/mp4"], ["video/quicktime"]]),
        new("audio", [Seedance.Roles.Audio], 15, [["audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"], ["audio/mpeg", "audio/mp3"]]),
    ];

    /// <summary>What a model takes of this kind, or null for a kind that nobody knows.</summary>
    public static Medium? Find(string? kind, SeedanceModel model) => All.FirstOrDefault(medium => medium.Kind == kind) is not { } medium ? null
        : model.Can(Features.Heic) ? medium
        : medium with { Types = [.. medium.Types.Where(spellings => spellings[0] is not ("image/heic" or "image/heif"))] };
}
