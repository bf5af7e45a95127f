using System.Text.Json;

namespace Workers.Simulator.Requests;

/// <summary>Checks a request's content: types, roles, counts, and the three modes (first frame, first and last frame, references) that exclude each other.</summary>
internal sealed class ContentReader(ModelSpec model, string modelId, Fields fields)
{
    // Nothing is fetched: an input video counts as 5 seconds, the simulator's own sample as the 3 it has.
    private const int AssumedVideoSeconds = 5;
    private const int SampleVideoSeconds = 3;
    private const string SampleVideoPath = "/samples/clip.mp4";

    private readonly List<string> _texts = [];
    private int _firstFrames;
    private int _lastFrames;
    private int _unnamedImages;
    private int _images;
    private int _videos;
    private int _audios;
    private int _videoSeconds;
    private string? _draftTaskId;

    public ContentSummary Read()
    {
        if (fields.Find("content") is not { } content)
        {
            fields.Refuse(ArkError.Missing("content"));
        }
        else if (content.ValueKind is not JsonValueKind.Array || content.GetArrayLength() == 0)
        {
            fields.Refuse(ArkError.Invalid("content", "it must be an array with at least one item"));
        }
        else
        {
            foreach (var (index, item) in content.EnumerateArray().Index())
            {
                ReadItem(item, $"content[{index}]");
            }

            CheckTogether();
        }

        return new ContentSummary
        {
            Prompt = string.Join('\n', _texts),
            HasFrames = _firstFrames + _lastFrames + _unnamedImages > 0,
            Images = _images,
            Videos = _videos,
            Audios = _audios,
            VideoSeconds = _videoSeconds,
            DraftTaskId = _draftTaskId,
        };
    }

    private void ReadItem(JsonElement item, string at)
    {
        if (item.ValueKind is not JsonValueKind.Object || !item.TryGetProperty("type", out var type) || type.ValueKind is not JsonValueKind.String)
        {
            fields.Refuse(ArkError.Missing($"{at}.type"));
            return;
        }

        switch (type.GetString())
        {
            case "text":
                ReadText(item, at);
                break;
            case "image_url" when ReadUrl(item, "image_url", at, dataAllowed: true) is not null:
                CountImage(item, at);
                break;
            case "video_url" when ReadUrl(item, "video_url", at, dataAllowed: false) is { } url:
                RequireReference(item, "reference_video", at);
                _videos++;
                _videoSeconds += url.EndsWith(SampleVideoPath, StringComparison.Ordinal) ? SampleVideoSeconds : AssumedVideoSeconds;
                break;
            case "audio_url" when ReadUrl(item, "audio_url", at, dataAllowed: true) is not null:
                RequireReference(item, "reference_audio", at);
                _audios++;
                break;
            case "draft_task":
                ReadDraft(item, at);
                break;
            case "image_url" or "video_url" or "audio_url":
                break; // Refused already.
            case var unknown:
                fields.Refuse(ArkError.Invalid($"{at}.type", $"there is no content type '{unknown}'"));
                break;
        }
    }

    private void ReadText(JsonElement item, string at)
    {
        if (item.TryGetProperty("text", out var text) && text.ValueKind is JsonValueKind.String && text.GetString() is { Length: > 0 } words)
        {
            _texts.Add(words);
        }
        else
        {
            fields.Refuse(ArkError.Missing($"{at}.text"));
        }
    }

    private string? ReadUrl(JsonElement item, string name, string at, bool dataAllowed)
    {
        if (!item.TryGetProperty(name, out var holder))
        {
            fields.Refuse(ArkError.Missing($"{at}.{name}"));
            return null;
        }

        if (holder.ValueKind is not JsonValueKind.Object || !holder.TryGetProperty("url", out var url) || url.ValueKind is not JsonValueKind.String)
        {
            fields.Refuse(ArkError.Invalid($"{at}.{name}", "it must be an object with a url"));
            return null;
        }

        var address = url.GetString()!;
        if (address.Length == 0)
        {
            fields.Refuse(new ArkError(400, "InvalidImageURL.EmptyURL", "The URL in the request is empty.", $"{at}.{name}"));
            return null;
        }

        var known = address.StartsWith("asset://", StringComparison.Ordinal)
            || (dataAllowed && address.StartsWith("data:", StringComparison.Ordinal) && address.Contains(";base64,", StringComparison.Ordinal))
            || (Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp));
        if (!known)
        {
            fields.Refuse(new ArkError(400, "InvalidImageURL.InvalidFormat", "The format of the URL in the request is not valid.", $"{at}.{name}"));
            return null;
        }

        return address;
    }

    private void CountImage(JsonElement item, string at)
    {
        switch (Role(item))
        {
            case null:
                _unnamedImages++;
                break;
            case "first_frame":
                _firstFrames++;
                break;
            case "last_frame":
                fields.RefuseIf(!model.TakesLastFrame, ArkError.Unsupported($"{at}.role", modelId));
                _lastFrames++;
                break;
            case "reference_image":
                fields.RefuseIf(!model.IsV2, ArkError.Unsupported($"{at}.role", modelId));
                _images++;
                break;
            case var unknown:
                fields.Refuse(ArkError.Invalid($"{at}.role", $"'{unknown}' is not a role of an image"));
                break;
        }
    }

    private void RequireReference(JsonElement item, string role, string at)
    {
        fields.RefuseIf(!model.IsV2, ArkError.Unsupported($"{at}.type", modelId));
        fields.RefuseIf(Role(item) != role, ArkError.Invalid($"{at}.role", $"it must be {role}"));
    }

    private void ReadDraft(JsonElement item, string at)
    {
        fields.RefuseIf(!model.CanDraft, ArkError.Unsupported($"{at}.type", modelId));
        if (item.TryGetProperty("draft_task", out var draft) && draft.ValueKind is JsonValueKind.Object
            && draft.TryGetProperty("id", out var id) && id.ValueKind is JsonValueKind.String)
        {
            _draftTaskId = id.GetString();
        }
        else
        {
            fields.Refuse(ArkError.Missing($"{at}.draft_task.id"));
        }
    }

    private void CheckTogether()
    {
        var frames = _firstFrames + _lastFrames + _unnamedImages;
        fields.RefuseIf(
            _draftTaskId is not null && model.Family is ModelFamily.V25 && (frames > 0 || _images + _videos + _audios + _texts.Count > 0),
            ArkError.Invalid("content", "a final video takes over the content of its draft"));
        var references = _images + _videos + _audios;
        fields.RefuseIf(_unnamedImages > 0 && frames + _images > 1, ArkError.Invalid("content", "role must be specified for image contents"));
        fields.RefuseIf(_firstFrames > 1, ArkError.Invalid("content", "there must be at most one first frame"));
        fields.RefuseIf(_lastFrames > 1, ArkError.Invalid("content", "there must be at most one last frame"));
        fields.RefuseIf(_lastFrames > 0 && _firstFrames == 0, ArkError.Invalid("content", "a last frame needs a first frame"));
        fields.RefuseIf(frames > 0 && references > 0, ArkError.Invalid("content", "first/last frame cannot be mixed with reference media"));
        fields.RefuseIf(_images > model.MaxImages, ArkError.Invalid("content", $"there must be at most {model.MaxImages} reference images"));
        fields.RefuseIf(_videos > model.MaxVideos, ArkError.Invalid("content", $"there must be at most {model.MaxVideos} reference videos"));
        fields.RefuseIf(_audios > model.MaxAudios, ArkError.Invalid("content", $"there must be at most {model.MaxAudios} reference audios"));
        fields.RefuseIf(
            model.Family is ModelFamily.V20 && _audios > 0 && _images + _videos == 0,
            ArkError.Invalid("content", "reference audio needs at least one reference image or video with it"));
    }

    private static string? Role(JsonElement item) =>
        !item.TryGetProperty("role", out var role) || role.ValueKind is JsonValueKind.Null ? null
        : role.ValueKind is JsonValueKind.String ? role.GetString()
        : role.GetRawText();
}
