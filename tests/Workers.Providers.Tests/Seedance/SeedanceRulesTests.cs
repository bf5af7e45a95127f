using Microsoft.Extensions.Time.Testing;
using Workers.Contracts;
using Workers.Providers.Tests.Support;

namespace Workers.Providers.Tests.Seedance;

/// <summary>What ModelArk would refuse, or bill in vain, is refused here, with these very words.</summary>
internal sealed class SeedanceRulesTests
{
    private const string V20 = "dreamina-seedance-2-0-260128";
    private const string Fast = "doubao-seedance-2-0-fast-260128";
    private const string V25 = "dreamina-seedance-2-5-260628";
    private const string V15 = "seedance-1-5-pro-251215";
    private const string V10 = "seedance-1-0-pro-250528";
    private const string V10Fast = "seedance-1-0-pro-fast-251015";
    private const string LiteText = "seedance-1-0-lite-t2v-250428";
    private const string LiteImage = "seedance-1-0-lite-i2v-250428";
    private const string BeforeLiteWent = "2026-05-01";
    private const string Endpoint = "ep-20260101-abcde";

    private static IReadOnlyList<string> Check(JobInput input, ResultExpectation? expect = null, string today = "2026-10-01")
    {
        var time = new FakeTimeProvider(DateTimeOffset.Parse($"{today}T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture));
        using var ark = new ScriptedArk();
        using var host = new ProviderHost(ark, time);
        return [.. host.Seedance.Check(input, expect).Select(fault => fault.ToString())];
    }

    private static Reference First => Some.Reference("image", "first_frame");
    private static Reference Last => Some.Reference("image", "last_frame");
    private static Reference Image => Some.Reference("image", "reference_image");
    private static Reference Video => Some.Reference("video", "reference_video");
    private static Reference Audio => Some.Reference("audio", "reference_audio");

    [TestCase(V20, "{}")]
    [TestCase(V20, """{"resolution":"4k","ratio":"21:9","duration":15,"seed":-1,"watermark":true,"generate_audio":false,"return_last_frame":true,"priority":9}""")]
    [TestCase(V20, """{"duration":-1,"tools":[{"type":"web_search"}],"service_tier":"default"}""")]
    [TestCase(V20, """{"resolution":"480p","duration":4,"seed":2147483647,"priority":0}""")]
    [TestCase(Fast, """{"resolution":"720p"}""")]
    [TestCase(V25, """{"duration":4}""")]
    [TestCase(V15, """{"duration":4}""")]
    [TestCase(V10, """{"duration":2}""")]
    [TestCase(V10, """{"duration":12}""")]
    [TestCase(V25, """{"duration":30,"resolution":"1080p","output_format":"mov","omni_reference_task_type":"auto"}""")]
    [TestCase(V25, """{"draft":true,"resolution":"480p"}""")]
    [TestCase(V15, """{"duration":12,"camera_fixed":true,"generate_audio":true,"service_tier":"flex"}""")]
    [TestCase(V25, """{"draft":true,"resolution":"480p","return_last_frame":true}""")]
    [TestCase(V15, """{"draft":true,"resolution":"480p","generate_audio":false}""")]
    [TestCase(V15, """{"ratio":"adaptive"}""")]
    [TestCase(Endpoint, """{"ratio":"adaptive"}""")]
    [TestCase(V10Fast, """{"frames":29}""")]
    [TestCase(V10, """{"frames":29}""")]
    [TestCase(V10, """{"frames":289,"service_tier":"flex"}""")]
    [TestCase(Endpoint, """{"frames":29,"camera_fixed":true}""")]
    [TestCase(Endpoint, """{"duration":30,"resolution":"4k","output_format":"mov"}""")]
    public void WhatTheModelKnowsPasses(string model, string parameters) => Assert.That(Check(Some.Input(parameters, model)), Is.Empty);

    private static readonly TestCaseData<Reference[]>[] GoodReferences =
    [
        new([First]) { TestName = "A first frame" },
        new([Some.Reference("image")]) { TestName = "An image without a role" },
        new([First, Last]) { TestName = "First and last frame" },
        new([.. Enumerable.Repeat(Image, 9), Video, Video, Video, Audio, Audio, Audio]) { TestName = "As many references as may be" },
        new([Image with { Uri = "asset://asset-20260101-abc" }]) { TestName = "An asset of the provider's own" },
    ];

    [TestCaseSource(nameof(GoodReferences))]
    public void ReferencesOfOneModePass(Reference[] references) => Assert.That(Check(Some.Input(references: references)), Is.Empty);

    [TestCase(V20, """{"resolution":"720P"}""",
        "input.parameters.resolution: must be one of 480p, 720p, 1080p, 4k (found text of 4 characters). Did you mean 720p?")]
    [TestCase(Fast, """{"resolution":"1080p"}""",
        "input.parameters.resolution: must be one of 480p, 720p for this model (found a resolution of other models). Choose one of them.")]
    [TestCase(V20, """{"ratio":"5:4"}""",
        "input.parameters.ratio: must be one of 16:9, 4:3, 1:1, 3:4, 9:16, 21:9, adaptive (found text of 3 characters). Choose one of them.")]
    [TestCase(V20, """{"duration":3}""",
        "input.parameters.duration: must lie within 4 and 15 seconds, or be -1 to let the model choose (found a whole number). Give a number of that range.")]
    [TestCase(V20, """{"duration":16}""",
        "input.parameters.duration: must lie within 4 and 15 seconds, or be -1 to let the model choose (found a whole number). Give a number of that range.")]
    [TestCase(V25, """{"duration":31}""",
        "input.parameters.duration: must lie within 4 and 30 seconds, or be -1 to let the model choose (found a whole number). Give a number of that range.")]
    [TestCase(V15, """{"duration":13}""",
        "input.parameters.duration: must lie within 4 and 12 seconds, or be -1 to let the model choose (found a whole number). Give a number of that range.")]
    [TestCase(V15, """{"duration":3}""",
        "input.parameters.duration: must lie within 4 and 12 seconds, or be -1 to let the model choose (found a whole number). Give a number of that range.")]
    [TestCase(V10, """{"duration":1}""",
        "input.parameters.duration: must lie within 2 and 12 seconds (found a whole number). Give a number of that range.")]
    [TestCase(V10, """{"duration":13}""",
        "input.parameters.duration: must lie within 2 and 12 seconds (found a whole number). Give a number of that range.")]
    [TestCase(V10, """{"frames":25}""",
        "input.parameters.frames: must be of the form 25 + 4n, from 29 to 289 (found a whole number). Give such a number, or a duration instead.")]
    [TestCase(V10, """{"duration":-1}""",
        "input.parameters.duration: must lie within 2 and 12 seconds (found a whole number). Give a number of that range.")]
    [TestCase(Endpoint, """{"duration":1}""",
        "input.parameters.duration: must lie within 2 and 30 seconds, or be -1 to let the model choose (found a whole number). Give a number of that range.")]
    [TestCase(V20, """{"duration":"5"}""",
        "input.parameters.duration: must be a whole number (found text of 1 characters). Give a number without fraction or quotes.")]
    [TestCase(V20, """{"duration":5.5}""",
        "input.parameters.duration: must be a whole number (found a number). Give a number without fraction or quotes.")]
    [TestCase(V20, """{"frames":29}""",
        "input.parameters.frames: only Seedance 1.0 knows it (found a whole number). Leave it out, or choose another model.")]
    [TestCase(V10, """{"frames":30}""",
        "input.parameters.frames: must be of the form 25 + 4n, from 29 to 289 (found a whole number). Give such a number, or a duration instead.")]
    [TestCase(V10, """{"frames":293}""",
        "input.parameters.frames: must be of the form 25 + 4n, from 29 to 289 (found a whole number). Give such a number, or a duration instead.")]
    [TestCase(V10, """{"frames":29,"duration":5}""",
        "input.parameters.duration: must not be given together with frames, which would win (found given beside frames). Leave one of them out.")]
    [TestCase(V20, """{"seed":-2}""",
        "input.parameters.seed: must lie within -1 and 2147483647 (found a whole number). Give a number of that range, or leave it out.")]
    [TestCase(V20, """{"seed":2147483648}""",
        "input.parameters.seed: must lie within -1 and 2147483647 (found a whole number). Give a number of that range, or leave it out.")]
    [TestCase(V20, """{"camera_fixed":false}""",
        "input.parameters.camera_fixed: only Seedance 1.x knows it (found true or false). Leave it out, or choose another model.")]
    [TestCase(V20, """{"watermark":"yes"}""",
        "input.parameters.watermark: must be true or false (found text of 3 characters). Give true or false without quotes.")]
    [TestCase(V20, """{"return_last_frame":null}""",
        "input.parameters.return_last_frame: must be true or false (found null). Give true or false without quotes.")]
    [TestCase(V10, """{"generate_audio":true}""",
        "input.parameters.generate_audio: only Seedance 1.5 and 2.x knows it (found true or false). Leave it out, or choose another model.")]
    [TestCase(V20, """{"output_format":"mov"}""",
        "input.parameters.output_format: only Seedance 2.5 knows it (found text of 3 characters). Leave it out, or choose another model.")]
    [TestCase(V25, """{"output_format":"avi"}""",
        "input.parameters.output_format: must be one of mp4, mov (found text of 3 characters). Choose one of them.")]
    [TestCase(V20, """{"omni_reference_task_type":"edit"}""",
        "input.parameters.omni_reference_task_type: only Seedance 2.5 knows it (found text of 4 characters). Leave it out, or choose another model.")]
    [TestCase(V25, """{"omni_reference_task_type":"extend","ratio":"16:9"}""",
        "input.parameters.ratio: must be adaptive for this model with a first frame, and when a video is edited or extended (found text of 4 characters). Leave it out, or give adaptive.")]
    [TestCase(V20, """{"draft":true}""",
        "input.parameters.draft: only Seedance 1.5 and 2.5 knows it (found true or false). Leave it out, or choose another model.")]
    [TestCase(V25, """{"draft":true}""",
        "input.parameters.draft: a draft has a resolution of 480p (found true with another resolution). Set resolution to 480p, or leave draft out.")]
    [TestCase(V15, """{"draft":true,"resolution":"480p","return_last_frame":true}""",
        "input.parameters.return_last_frame: a draft of this model comes without its last frame (found true with a draft). Leave it out; the film that is made from the draft can have it.")]
    [TestCase(V15, """{"draft":true,"resolution":"480p","service_tier":"flex"}""",
        "input.parameters.service_tier: drafts are not made with service_tier flex (found flex with a draft). Leave service_tier out; the film that is made from the draft can have it.")]
    [TestCase(V10, """{"ratio":"adaptive"}""",
        "input.parameters.ratio: must be in numbers for this model, unless there is a first frame to follow (found adaptive without a first frame). Give one such as 16:9, or leave it out.")]
    [TestCase(V20, """{"service_tier":"flex"}""",
        "input.parameters.service_tier: only Seedance 1.x can be asked with service_tier flex (found flex). Leave service_tier out.")]
    [TestCase(V20, """{"service_tier":"fast"}""",
        "input.parameters.service_tier: must be one of default, flex (found text of 4 characters). Choose one of them.")]
    [TestCase(V20, """{"priority":10}""",
        "input.parameters.priority: must lie within 0 and 9 (found a whole number). Give a number of that range, or leave it out.")]
    [TestCase(V10, """{"priority":1}""",
        "input.parameters.priority: only Seedance 2.x knows it (found a whole number). Leave it out, or choose another model.")]
    [TestCase(Endpoint, """{"priority":1,"service_tier":"flex"}""",
        "input.parameters.priority: must not be given together with service_tier flex (found given beside service_tier flex). Leave one of them out.")]
    [TestCase(V20, """{"tools":[{"type":"code"}]}""",
        "input.parameters.tools: must be a list of one tool of type web_search (found a list of 1). Give [{\"type\":\"web_search\"}], or leave it out.")]
    [TestCase(V10, """{"tools":[{"type":"web_search"}]}""",
        "input.parameters.tools: only Seedance 2.x knows it (found a list of 1). Leave it out, or choose another model.")]
    [TestCase(V20, """{"resolutoin":"720p"}""",
        "input.parameters: must name parameters that the provider knows (found an unknown name, text of 10 characters). Did you mean resolution?")]
    [TestCase(V20, """{"generateAudio":true}""",
        "input.parameters: must name parameters that the provider knows (found an unknown name, text of 13 characters). Did you mean generate_audio?")]
    [TestCase(V20, """{"framespersecond":30}""",
        "input.parameters: must name parameters that the provider knows (found an unknown name, text of 15 characters). "
        + "Known are resolution, duration, frames, ratio, seed, camera_fixed, watermark, generate_audio, return_last_frame, output_format, omni_reference_task_type, draft, draft_task, service_tier, priority, tools.")]
    [TestCase(V20, """{"execution_expires_after":3600}""",
        "input.parameters.execution_expires_after: the fleet fills this field in (found a field of the fleet's own). Leave it out: the fleet tells its attempts apart by it. Give the job a deadline instead.")]
    [TestCase(V20, """{"callback_url":"https://example.com"}""",
        "input.parameters.callback_url: the fleet fills this field in (found a field of the fleet's own). Leave it out: the fleet watches the task.")]
    [TestCase(V20, """{"safety_identifier":"me"}""",
        "input.parameters.safety_identifier: the fleet fills this field in (found a field of the fleet's own). Leave it out and give the submission's userId: its hash is sent.")]
    [TestCase(V20, """{"model":"other"}""",
        "input.parameters.model: the fleet fills this field in (found a field of the fleet's own). Give it as input.model.")]
    [TestCase(V20, """{"content":[]}""",
        "input.parameters.content: the fleet fills this field in (found a field of the fleet's own). Give input.prompt and input.references.")]
    public void AParameterThatTheModelWouldRefuseIsRefused(string model, string parameters, string fault) =>
        Assert.That(Check(Some.Input(parameters, model)), Is.EqualTo([fault]));

    private static readonly TestCaseData<string, Reference[], string>[] BadReferences =
    [
        new(V20, [First, First, Last], "input.references: at most 1 first frames for this model (found 2 first frames). Leave some out."),
        new(V20, [First, Last, Last], "input.references: at most 1 last frames for this model (found 2 last frames). Leave some out."),
        new(V20, [Last], "input.references: a last frame needs a first frame (found a last frame alone). Give a first frame as well."),
        new(V20, [First, Image], "input.references: first and last frames must not be mixed with references (found frames and references). Leave out the ones or the others."),
        new(V20, [First, Audio], "input.references: first and last frames must not be mixed with references (found frames and references). Leave out the ones or the others."),
        new(V20, [.. Enumerable.Repeat(Image, 10)], "input.references: at most 9 reference images for this model (found 10 reference images). Leave some out."),
        new(V25, [.. Enumerable.Repeat(Image, 31)], "input.references: at most 30 reference images for this model (found 31 reference images). Leave some out."),
        new(V20, [.. Enumerable.Repeat(Video, 4)], "input.references: at most 3 reference videos for this model (found 4 reference videos). Leave some out."),
        new(V20, [Image, .. Enumerable.Repeat(Audio, 4)], "input.references: at most 3 reference audios for this model (found 4 reference audios). Leave some out."),
        new(V20, [Audio], "input.references: reference audio needs an image or a video with it for this model (found audio alone). Add one, or choose Seedance 2.5."),
        new(V10, [Image], "input.references: only Seedance 2.x takes reference images (found reference images). Give a first frame instead, or choose another model."),
        new(V10Fast, [First, Last], "input.references: this model takes a first frame alone (found a last frame). Leave the last frame out, or choose another model."),
        new(V10, [First with { ContentType = "image/heic" }],
            "input.references[0].contentType: must be one of image/jpeg, image/png, image/webp, image/bmp, image/tiff, image/gif (found text of 10 characters). "
            + "Convert it, or correct the media type."),
        new(V10, [Video], "input.references[0].kind: only Seedance 2.x takes videos and audios (found a reference of kind video). Leave it out, or choose another model."),
        new(V20, [First with { Role = null }, Last],
            "input.references[0].role: an image needs a role unless it is the only reference (found missing). Give one of first_frame, last_frame, reference_image."),
        new(V20, [Image with { Role = "reference_video" }],
            "input.references[0].role: must be one of first_frame, last_frame, reference_image for kind image (found text of 15 characters). Choose one of them."),
        new(V20, [Image with { Kind = "picture" }], "input.references[0].kind: must be one of image, video, audio (found text of 7 characters). Choose one of them."),
        new(V20, [Image with { Kind = null }], "input.references[0].kind: must be one of image, video, audio (found missing). Choose one of them."),
        new(V20, [Video with { DurationSeconds = 1 }], "input.references[0].durationSeconds: must lie within 2 and 15 seconds for this model (found a number). Cut it."),
        new(V20, [Video with { DurationSeconds = double.NaN }], "input.references[0].durationSeconds: must lie within 2 and 15 seconds for this model (found a number). Cut it."),
        new(V20, [Video with { DurationSeconds = 8 }, Video with { DurationSeconds = 8 }],
            "input.references: all references of kind video together must last at most 15 seconds for this model (found references of kind video that are longer). Cut them, or leave some out."),
        new(V25, [Audio with { DurationSeconds = 20 }, Audio with { DurationSeconds = 20 }],
            "input.references: all references of kind audio together must last at most 30 seconds for this model (found references of kind audio that are longer). Cut them, or leave some out."),
        new(V20, [Image with { ContentType = "image/svg+xml" }],
            "input.references[0].contentType: must be one of image/jpeg, image/png, image/webp, image/bmp, image/tiff, image/gif, image/heic, image/heif (found text of 13 characters). "
            + "Convert it, or correct the media type."),
        new(V20, [Image with { Length = 31_457_281 }], "input.references[0].length: must lie within 1 byte and 30 MB for kind image (found a whole number). Make it smaller."),
        new(V20, [Video with { Length = 209_715_201 }], "input.references[0].length: must lie within 1 byte and 200 MB for kind video (found a whole number). Make it smaller."),
        new(V20, [Image, Audio with { Length = 15_728_641 }], "input.references[1].length: must lie within 1 byte and 15 MB for kind audio (found a whole number). Make it smaller."),
        new(V20, [Image with { Uri = "data:image/png;base64,AAAA" }],
            "input.references[0].uri: must name the content, not carry it (found a data URI). Store it, and give its https URI or object key."),
        new(V20, [Image with { Uri = "ftp://example.com/a" }], "input.references[0].uri: must be an https URI (found a URI). Give an https URI of a public host, or an asset:// URI."),
        new(V20, [Image with { Uri = "http://example.com/a" }],
            "input.references[0].uri: must be an https URI, unless Outbound:AllowedHosts lists its host (found a URI). Give an https URI of a public host, or an asset:// URI."),
        new(V20, [Image with { Uri = "https://u:p@example.com/a" }],
            "input.references[0].uri: must not carry credentials (found a URI). Give an https URI of a public host, or an asset:// URI."),
        new(V20, [Image with { Uri = "https://169.254.169.254/a" }],
            "input.references[0].uri: must lie at a public address (found a URI). Give an https URI of a public host, or an asset:// URI."),
        new(V20, [Image with { Uri = "a.png" }], "input.references[0].uri: must be an absolute URI (found text of 5 characters). Give an https URI or an asset:// URI."),
        new(V20, [Image with { Uri = null }], "input.references[0]: must have exactly one of uri and objectKey (found neither). Give one of them."),
        new(V20, [Image with { ObjectKey = "a" }], "input.references[0]: must have exactly one of uri and objectKey (found both). Give one of them."),
        new(V20, [Image with { Uri = null, ObjectKey = "a" }],
            "input.references[0].objectKey: cannot be used: ObjectStore:BaseAddress is not set (found text of 1 characters). Correct the key, or give a uri."),
    ];

    [TestCaseSource(nameof(BadReferences))]
    public void AReferenceThatTheModelWouldRefuseIsRefused(string model, Reference[] references, string fault) =>
        Assert.That(Check(Some.Input(model: model, references: references)), Is.EqualTo([fault]));

    [Test]
    public void EditingNeedsAVideoOfFourToThirtySeconds()
    {
        const string Edit = """{"omni_reference_task_type":"edit"}""";
        string[] fault =
        [
            "input.references: omni_reference_task_type edit needs a reference video of 4 to 30 seconds (found no video to edit). Add one, or choose another task type.",
        ];

        Assert.That(Check(Some.Input(Edit, V25)), Is.EqualTo(fault));
        Assert.That(Check(Some.Input(Edit, V25, references: [Video with { DurationSeconds = 3 }])), Is.EqualTo(fault));
        Assert.That(Check(Some.Input(Edit, V25, references: [Video with { DurationSeconds = 4 }])), Is.Empty);
        Assert.That(Check(Some.Input(Edit, V25, references: [Video])), Is.Empty);
    }

    [Test]
    public void EditingLeavesTheDurationToTheVideo() => Assert.That(
        Check(Some.Input("""{"omni_reference_task_type":"edit","duration":5}""", V25, references: [Video])),
        Is.EqualTo(["input.parameters.duration: must be -1 when omni_reference_task_type is edit (found a whole number). Leave it out, or give -1."]));

    [Test]
    public void Seedance25TakesTheRatioOfTheFirstFrame() => Assert.That(
        Check(Some.Input("""{"ratio":"1:1"}""", V25, references: [First])),
        Is.EqualTo(
        [
            "input.parameters.ratio: must be adaptive for this model with a first frame, and when a video is edited or extended (found text of 3 characters). Leave it out, or give adaptive.",
        ]));

    [Test]
    public void TheFirstModelsTakeTheRatioOfAFirstFrame()
    {
        Assert.That(Check(Some.Input("""{"ratio":"adaptive"}""", V10, references: [First])), Is.Empty);
        Assert.That(Check(Some.Input("""{"ratio":"16:9"}""", V10Fast, references: [First])), Is.Empty);
        Assert.That(Check(Some.Input(model: V10, references: [First, Last])), Is.Empty);
    }

    [Test]
    public void LiteMakesVideosOfTextOrOfImagesByItsName()
    {
        string[] noImage = ["input.references: this model makes videos of a prompt alone (found an image). Leave it out, or choose another model."];
        string[] anImage = ["input.references: this model needs a first frame or reference images (found no image). Give one, or choose another model."];

        Assert.That(Check(Some.Input(model: LiteText), today: BeforeLiteWent), Is.Empty);
        Assert.That(Check(Some.Input(model: LiteText, references: [First]), today: BeforeLiteWent), Is.EqualTo(noImage));
        Assert.That(Check(Some.Input(model: LiteImage), today: BeforeLiteWent), Is.EqualTo(anImage));
        Assert.That(Check(Some.Input("""{"resolution":"1080p","camera_fixed":true}""", LiteImage, references: [First, Last]), today: BeforeLiteWent), Is.Empty);
        Assert.That(Check(Some.Input(model: LiteImage, references: [Image, Image, Image, Image]), today: BeforeLiteWent), Is.Empty);
    }

    [TestCase("""{"resolution":"1080p"}""",
        "input.parameters.resolution: must be below 1080p for this model with reference images (found 1080p with reference images). Choose 480p or 720p.")]
    [TestCase("""{"camera_fixed":true}""",
        "input.parameters.camera_fixed: must not be given together with reference images (found given with reference images). Leave one of them out.")]
    [TestCase("""{"ratio":"adaptive"}""",
        "input.parameters.ratio: must be in numbers for this model, unless there is a first frame to follow (found adaptive without a first frame). Give one such as 16:9, or leave it out.")]
    public void LiteKnowsLessWithReferenceImages(string parameters, string fault) =>
        Assert.That(Check(Some.Input(parameters, LiteImage, references: [Image]), today: BeforeLiteWent), Is.EqualTo([fault]));

    private const string OfDraft = "\"draft_task\":{\"id\":\"cgt-20261001120000-abcde\"}";

    [TestCase(V25, "")]
    [TestCase(V25, ",\"resolution\":\"1080p\",\"watermark\":true,\"return_last_frame\":true,\"output_format\":\"mov\",\"priority\":3,\"draft\":false")]
    [TestCase(V15, ",\"resolution\":\"480p\",\"service_tier\":\"flex\",\"return_last_frame\":true")]
    [TestCase(Endpoint, "")]
    public void AFilmIsMadeFromADraft(string model, string more) =>
        Assert.That(Check(Some.Input($"{{{OfDraft}{more}}}", model, prompt: null)), Is.Empty);

    [TestCase("duration", "5")]
    [TestCase("ratio", "\"adaptive\"")]
    [TestCase("seed", "1")]
    [TestCase("generate_audio", "true")]
    [TestCase("omni_reference_task_type", "\"auto\"")]
    public void WhatIsTakenOverFromTheDraftIsNotSaidAgain(string parameter, string value) => Assert.That(
        Check(Some.Input($"{{{OfDraft},\"{parameter}\":{value}}}", V25, prompt: null)),
        Is.EqualTo([$"input.parameters.{parameter}: is taken over from the draft, and must not be given beside draft_task (found given beside draft_task). Leave it out."]));

    [Test]
    public void NeitherPromptNorReferencesAreSaidAgain() => Assert.That(
        Check(Some.Input($"{{{OfDraft}}}", V25, references: [First])),
        Is.EqualTo(
        [
            "input.prompt: is taken over from the draft, and must not be given beside draft_task (found text of 12 characters). Leave it out.",
            "input.references: is taken over from the draft, and must not be given beside draft_task (found a list of 1). Leave them out.",
        ]));

    [TestCase(V25, "\"resolution\":\"720p\"",
        "input.parameters.resolution: must be one of 1080p for a film of this model that is made from a draft (found another resolution beside draft_task). "
        + "Leave it out, or choose one of them.")]
    [TestCase(V25, "\"draft\":true",
        "input.parameters.draft: a film that is made from a draft is no draft (found true beside draft_task). Leave one of them out.")]
    [TestCase(V25, "\"service_tier\":\"flex\"",
        "input.parameters.service_tier: only Seedance 1.x can be asked with service_tier flex (found flex). Leave service_tier out.")]
    public void AFilmOfADraftHasRulesOfItsOwn(string model, string more, string fault) =>
        Assert.That(Check(Some.Input($"{{{OfDraft},{more}}}", model, prompt: null)), Is.EqualTo([fault]));

    [TestCase("\"cgt-1\"", "text of 5 characters")]
    [TestCase("{}", "an object")]
    [TestCase("{\"id\":\"\"}", "an object")]
    [TestCase("{\"id\":\"../x\"}", "an object")]
    [TestCase("{\"id\":\"cgt-1\",\"more\":1}", "an object")]
    public void ADraftIsNamedByItsTasksId(string value, string found) => Assert.That(
        Check(Some.Input($"{{\"draft_task\":{value}}}", V25, prompt: null)),
        Is.EqualTo(
            [$"input.parameters.draft_task: must be the id of a draft's task in an object (found {found}). Give {{\"id\":\"cgt-...\"}}, as the draft's job was told it."]));

    [Test]
    public void OnlySomeModelsMakeFilmsFromDrafts() => Assert.That(
        Check(Some.Input($"{{{OfDraft}}}", V20)),
        Is.EqualTo(["input.parameters.draft_task: only Seedance 1.5 and 2.5 knows it (found an object). Leave it out, or choose another model."]));

    [Test]
    public void WhatIsExpectedOfAFilmOfADraftIsWhatItIsMadeIn()
    {
        Assert.That(Check(Some.Input($"{{{OfDraft}}}", V25, prompt: null), new() { Resolution = "1080p", DurationSeconds = 12 }), Is.Empty);
        Assert.That(Check(Some.Input($"{{{OfDraft}}}", V25, prompt: null), new() { Resolution = "720p" }), Has.Count.EqualTo(1));
    }

    [Test]
    public void Seedance25TakesAudioAlone() => Assert.That(Check(Some.Input(model: V25, references: [Audio])), Is.Empty);

    [TestCase(null, "missing", "Give one of ")]
    [TestCase("", "an empty text", "Give one of ")]
    [TestCase("gpt-video", "text of 9 characters", "Give one of ")]
    [TestCase("ep-", "text of 3 characters", "Give one of ")]
    [TestCase("dreamina-seedance-2-0-260129", "text of 28 characters", "Did you mean dreamina-seedance-2-0-260128?")]
    public void AModelThatNobodyKnowsIsRefused(string? model, string found, string fix)
    {
        var fault = Check(Some.Input(model: model!)).Single();

        Assert.That(fault, Does.StartWith($"input.model: must be a Seedance model id or an endpoint id ep-... (found {found}). {fix}"));
    }

    [Test]
    public void ARetiredModelServesUntilItsDay() => Assert.That(Check(Some.Input(model: V15), today: "2026-11-10"), Is.Empty);

    [TestCase(V15, "2026-11-11", "dreamina-seedance-2-0-mini-260615")]
    [TestCase("doubao-seedance-1-5-pro-251215", "2026-11-11", "doubao-seedance-2-0-mini-260615")]
    [TestCase(LiteText, "2026-05-13", V10Fast)]
    [TestCase("doubao-seedance-1-0-lite-t2v-250428", "2026-05-11", Fast)]
    public void ARetiredModelIsRefusedFromItsDayOnWithItsSuccessor(string model, string day, string successor)
    {
        var name = model.Replace("doubao-", "", StringComparison.Ordinal);
        Assert.That(
            Check(Some.Input(model: model), today: day),
            Is.EqualTo(
            [
                $"input.model: the provider refuses this model since {day} (found the retired model {name}). "
                + $"Choose {successor}, which the provider recommends in its place, or another model.",
            ]));
    }

    [Test]
    public void ARetiredModelIsNotAmongThoseThatAreAdvised() =>
        Assert.That(Check(Some.Input(model: "gpt-video"), today: "2026-11-11").Single(), Does.Not.Contain("1-5-pro").And.Not.Contain("lite"));

    [Test]
    public void APromptIsNeededUnlessThereIsSomethingToSee()
    {
        string[] fault = ["input.prompt: a prompt, an image or a video is needed (found missing). Say what to make."];

        Assert.That(Check(Some.Input(prompt: null)), Is.EqualTo(fault));
        Assert.That(Check(Some.Input(prompt: " ")), Is.EqualTo(fault));
        Assert.That(Check(Some.Input(model: V25, prompt: null, references: [Audio])), Is.EqualTo(fault));
        Assert.That(Check(Some.Input(prompt: null, references: [First])), Is.Empty);
    }

    [Test]
    public void APromptIsConcise()
    {
        Assert.That(Check(Some.Input(prompt: new string('a', 10_000))), Is.Empty);
        Assert.That(
            Check(Some.Input(prompt: new string('a', 10_001))),
            Is.EqualTo(
            [
                "input.prompt: must be at most 10000 characters long (found text of 10001 characters). "
                + "Shorten it; the provider advises at most 1,000 English words or 500 Chinese characters.",
            ]));
    }

    [TestCase("a cat --rs 1080p")]
    [TestCase("a cat\n--DUR 12")]
    public void APromptCarriesNoParameters(string prompt) => Assert.That(
        Check(Some.Input(prompt: prompt)),
        Is.EqualTo(
        [
            "input.prompt: must not carry parameters like --rs 720p: the provider hardly checks them there, and they override what was checked "
            + "(found a parameter in the prompt). Move them to input.parameters.",
        ]));

    private static readonly TestCaseData<string, string, ResultExpectation, string?>[] Expectations =
    [
        new(V20, "{}", new() { Resolution = "720p", DurationSeconds = 5, MediaTypes = ["video/mp4"] }, null),
        new(V20, """{"resolution":"1080p"}""", new() { Resolution = "720p" },
            "expect.resolution: the task would be made in 1080p (found text of 4 characters). Set input.parameters.resolution to what is expected."),
        new(V20, "{}", new() { Resolution = "1080p" },
            "expect.resolution: the task would be made in 720p (found text of 5 characters). Set input.parameters.resolution to what is expected."),
        new(Endpoint, "{}", new() { Resolution = "1080p", DurationSeconds = 12 }, null),
        new(V20, """{"duration":8}""", new() { DurationSeconds = 8 }, null),
        new(V20, """{"duration":8}""", new() { DurationSeconds = 5 },
            "expect.durationSeconds: must be the duration that the task is asked for (found a whole number). Set input.parameters.duration to what is expected."),
        new(V20, """{"duration":-1}""", new() { DurationSeconds = 12 }, null),
        new(V20, """{"duration":-1}""", new() { DurationSeconds = 16 },
            "expect.durationSeconds: must be the duration that the task is asked for (found a whole number). Set input.parameters.duration to what is expected."),
        new(V10, """{"frames":121}""", new() { DurationSeconds = 5 }, null),
        new(V20, "{}", new() { MediaTypes = ["video/quicktime"] },
            "expect.mediaTypes: the output will be video/mp4 (found a list of 1). Add that type, or leave mediaTypes out."),
        new(V25, """{"output_format":"mov"}""", new() { MediaTypes = ["video/quicktime"] }, null),
    ];

    [TestCaseSource(nameof(Expectations))]
    public void AnExpectationThatTheTaskCannotMeetIsRefused(string model, string parameters, ResultExpectation expect, string? fault) =>
        Assert.That(Check(Some.Input(parameters, model), expect), Is.EqualTo(fault is null ? Array.Empty<string>() : [fault]));

    [Test]
    public void AllFaultsAreToldAtOnce() => Assert.That(
        Check(Some.Input("""{"resolution":"8k","duration":99,"sed":1}""", prompt: "", references: [Audio])), Has.Count.EqualTo(5));

    [Test]
    public void NoFaultsOfAnEmptyInputAreFatal() => Assert.That(Check(new JobInput()), Has.Count.EqualTo(2));
}
