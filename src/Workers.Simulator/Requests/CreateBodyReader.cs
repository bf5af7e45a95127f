using System.Text.Json;
using Workers.Simulator.Faulting;
using Workers.Simulator.Tasks;

namespace Workers.Simulator.Requests;

/// <summary>Checks a create call as strictly as ModelArk does: known fields by their rules, unknown ones not at all.</summary>
internal static class CreateBodyReader
{
    private const int DefaultExpirySeconds = 172_800;

    /// <summary>What a final video has of its draft.</summary>
    private static readonly string[] TakenOver = ["duration", "ratio", "seed", "generate_audio", "omni_reference_task_type"];

    /// <returns>The request, or the first mistake in it.</returns>
    public static (CreateBody? Body, ArkError? Mistake) Read(JsonElement json)
    {
        var fields = new Fields(json);
        var modelId = fields.Text("model");
        if (string.IsNullOrEmpty(modelId))
        {
            return (null, fields.Mistake ?? ArkError.Missing("model"));
        }

        if (ModelSpec.Find(modelId) is not { } model)
        {
            return (null, ArkError.UnknownModel(modelId));
        }

        var body = Read(fields, modelId, model);
        return fields.Mistake is { } mistake ? (null, mistake) : (body, null);
    }

    private static CreateBody Read(Fields fields, string modelId, ModelSpec model)
    {
        var content = new ContentReader(model, modelId, fields).Read();
        var directives = Directives.In(content.Prompt, out var unknown);
        fields.RefuseIf(unknown is not null, ArkError.Invalid("content", $"the simulator does not understand '{unknown}'"));
        RefuseUnsupported(fields, modelId, model);

        var body = new CreateBody
        {
            ModelId = modelId,
            Model = model,
            Content = content,
            Resolution = ReadResolution(fields, model, content),
            Ratio = fields.Word("ratio", [.. Pixels.Ratios, Pixels.Adaptive], model.Family is ModelFamily.V10 && !content.HasFrames ? "16:9" : Pixels.Adaptive),
            Seconds = ReadSeconds(fields, model),
            Frames = fields.Whole("frames", frames => frames is >= 29 and <= 289 && (frames - 25) % 4 == 0, "of the form 25+4n between 29 and 289"),
            Seed = fields.Whole("seed", -1, int.MaxValue, -1),
            GenerateAudio = fields.Flag("generate_audio", model.Family is not ModelFamily.V10),
            ReturnLastFrame = fields.Flag("return_last_frame", false),
            Draft = fields.Flag("draft", false),
            ServiceTier = fields.Word("service_tier", ["default", "flex"], "default"),
            Priority = fields.Whole("priority", 0, 9, 0),
            ExpiresAfter = fields.Whole("execution_expires_after", 3600, 259_200, DefaultExpirySeconds),
            CallbackUrl = ReadCallback(fields),
            SafetyIdentifier = fields.Text("safety_identifier", maxLength: 64),
            OutputFormat = fields.Has("output_format") ? fields.Word("output_format", ["mp4", "mov"], "mp4") : null,
            WebSearch = ReadTools(fields),
            LateMistake = null,
            Directives = directives,
        };
        fields.Flag("watermark", false);
        fields.Flag("camera_fixed", false);
        fields.RefuseIf(body.ServiceTier == "flex" && model.IsV2, ArkError.Unsupported("service_tier", modelId));
        fields.RefuseIf(
            model.Family is ModelFamily.V10 && body.Ratio == Pixels.Adaptive && !content.HasFrames,
            ArkError.Invalid("ratio", "adaptive needs a first frame"));
        RefuseDrafts(fields, body, modelId);
        return TaskTypeRules.Check(fields, body);
    }

    private static void RefuseUnsupported(Fields fields, string modelId, ModelSpec model)
    {
        Check("frames", model.Family is ModelFamily.V10);
        Check("camera_fixed", !model.IsV2);
        Check("generate_audio", model.Family is not ModelFamily.V10);
        Check("output_format", model.Family is ModelFamily.V25);
        Check("omni_reference_task_type", model.Family is ModelFamily.V25);
        Check("draft", model.CanDraft);
        Check("priority", model.IsV2);
        Check("tools", model.IsV2);

        void Check(string name, bool supported) => fields.RefuseIf(!supported && fields.Has(name), ArkError.Unsupported(name, modelId));
    }

    private static string ReadResolution(Fields fields, ModelSpec model, ContentSummary content) =>
        content.DraftTaskId is not null && model.Family is ModelFamily.V25 ? fields.Word("resolution", ["1080p"], "1080p")
        : fields.Word("resolution", model.Resolutions, fields.Flag("draft", false) ? "480p" : model.DefaultResolution);

    private static void RefuseDrafts(Fields fields, CreateBody body, string modelId)
    {
        var isV15 = body.Model.Family is ModelFamily.V15;
        fields.RefuseIf(body.Draft && body.Content.DraftTaskId is not null, ArkError.Invalid("draft", "a final video is no draft"));
        fields.RefuseIf(body.Draft && body.Resolution != "480p", ArkError.Invalid("resolution", "a draft must be 480p"));
        fields.RefuseIf(body.Draft && isV15 && body.ReturnLastFrame, ArkError.Unsupported("return_last_frame", modelId));
        fields.RefuseIf(body.Draft && body.ServiceTier == "flex", ArkError.Unsupported("service_tier", modelId));

        // 1.5 passes over what is said again.
        foreach (var name in isV15 || body.Content.DraftTaskId is null ? [] : TakenOver)
        {
            fields.RefuseIf(fields.Has(name), ArkError.Invalid(name, "a final video takes it over from its draft"));
        }
    }

    private static int ReadSeconds(Fields fields, ModelSpec model)
    {
        var mayChoose = model.Family is not ModelFamily.V10;
        return fields.Whole(
            "duration",
            seconds => (seconds >= model.MinSeconds && seconds <= model.MaxSeconds) || (mayChoose && seconds == ModelSpec.ModelChooses),
            $"between {model.MinSeconds} and {model.MaxSeconds}{(mayChoose ? ", or -1" : "")}") ?? model.DefaultSeconds;
    }

    private static Uri? ReadCallback(Fields fields)
    {
        if (fields.Text("callback_url") is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps))
        {
            return uri;
        }

        fields.Refuse(ArkError.Invalid("callback_url", "it must be an HTTP address"));
        return null;
    }

    private static bool ReadTools(Fields fields)
    {
        if (fields.Find("tools") is not { } tools)
        {
            return false;
        }

        var known = tools.ValueKind is JsonValueKind.Array && tools.EnumerateArray().All(tool =>
            tool.ValueKind is JsonValueKind.Object && tool.TryGetProperty("type", out var type)
            && type.ValueKind is JsonValueKind.String && type.ValueEquals("web_search"));
        fields.RefuseIf(!known, ArkError.Invalid("tools", "the only tool is web_search"));
        return known && tools.GetArrayLength() > 0;
    }
}
