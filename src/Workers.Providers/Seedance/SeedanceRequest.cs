using System.Text.Json;
using Workers.Contracts;
using Workers.Providers.Seedance.Wire;

namespace Workers.Providers.Seedance;

/// <summary>Writes the body of a create.</summary>
internal static class SeedanceRequest
{
    /// <summary>ModelArk, create task: the longest safety identifier.</summary>
    private const int MaxIdentifierLength = 64;

    /// <param name="request">What is asked for.</param>
    /// <param name="model">What the account calls the model.</param>
    public static byte[] Write(CreateTask request, string model)
    {
        var input = request.Input;
        var body = new CreateBody
        {
            Model = model,
            Content = [.. Draft(input), .. Text(input.Prompt), .. (input.References ?? []).Zip(request.References, Item)],
            ExecutionExpiresAfter = request.Fingerprint,
            SafetyIdentifier = request.UserHash is { Length: > MaxIdentifierLength } hash ? hash[..MaxIdentifierLength] : request.UserHash,
            Parameters = input.Parameters?.Where(parameter => parameter.Key != SeedanceInput.DraftTask).ToDictionary(),
        };
        return JsonSerializer.SerializeToUtf8Bytes(body, ArkJson.Default.CreateBody);
    }

    private static IEnumerable<ContentItem> Draft(JobInput input) =>
        input.Parameters?.TryGetValue(SeedanceInput.DraftTask, out var value) == true && SeedanceDraft.IdIn(value) is { } id
            ? [new ContentItem { Type = SeedanceInput.DraftTask, DraftTask = new(id) }]
            : [];

    private static IEnumerable<ContentItem> Text(string? prompt) =>
        string.IsNullOrWhiteSpace(prompt) ? [] : [new ContentItem { Type = "text", Text = prompt }];

    private static ContentItem Item(Reference reference, Uri uri)
    {
        // As it was given: a signature may not survive normalisation.
        var address = new ContentAddress(uri.OriginalString);
        return reference.Kind switch
        {
            "image" => new() { Type = "image_url", ImageUrl = address, Role = reference.Role },
            "video" => new() { Type = "video_url", VideoUrl = address, Role = SeedanceInput.RoleOf(reference) },
            "audio" => new() { Type = "audio_url", AudioUrl = address, Role = SeedanceInput.RoleOf(reference) },
            _ => throw new ArgumentException("A reference has a kind that the rules refuse.", nameof(reference)),
        };
    }
}
