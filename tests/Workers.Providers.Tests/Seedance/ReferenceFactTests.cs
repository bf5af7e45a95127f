using Workers.Contracts;
using Workers.Providers.Tests.Support;

namespace Workers.Providers.Tests.Seedance;

/// <summary>What servers say of references, against limits and promises.</summary>
internal sealed class ReferenceFactTests
{
    private static readonly Reference Image = Some.Reference("image", "first_frame");

    private static IEnumerable<string> Check(Reference reference, ReferenceFacts? facts)
    {
        using var host = new ProviderHost();
        return host.Seedance.CheckReferences(Some.Input(references: reference), [facts]).Select(fault => fault.ToString());
    }

    private static ReferenceFacts Facts(string? type = "image/png", long? length = 1000) => new() { Reachable = true, ContentType = type, Length = length };

    private static readonly TestCaseData<Reference, ReferenceFacts?>[] Good =
    [
        new(Image, Facts()),
        new(Image, null),
        new(Image, Facts(type: null, length: null)),
        new(Image with { ContentType = "image/png" }, Facts("application/octet-stream")),
        new(Image with { ContentType = "image/jpg", Length = 1000 }, Facts("image/jpeg")),
        new(Some.Reference("audio") with { ContentType = "audio/x-wav" }, Facts("audio/wav")),
    ];

    [TestCaseSource(nameof(Good))]
    public void WhatFitsPasses(Reference reference, ReferenceFacts? facts) => Assert.That(Check(reference, facts), Is.Empty);

    private static readonly TestCaseData<Reference, ReferenceFacts, string>[] Bad =
    [
        new(Image, new() { Reachable = false, Problem = "the server answered 404" },
            "input.references[0]: must be reachable (found the server answered 404). Check that it exists, is public, and that its signature lasts long enough."),
        new(Image, Facts("text/html"),
            "input.references[0]: the server must give one of image/jpeg, image/png, image/webp, image/bmp, image/tiff, image/gif, image/heic, image/heif (found another media type). "
            + "Convert it, or correct the media type where it is stored."),
        new(Image with { ContentType = "image/jpeg" }, Facts(),
            "input.references[0].contentType: must be what the server says (found image/png at the server). Correct the media type, or the content."),
        new(Image with { Length = 999 }, Facts(), "input.references[0].length: must be what the server says (found 1000 bytes at the server). Correct the length, or the content."),
        new(Image, Facts(length: 31_457_281), "input.references[0]: must lie within 1 byte and 30 MB for kind image (found 31457281 bytes). Make it smaller."),
        new(Image, Facts(length: 0), "input.references[0]: must lie within 1 byte and 30 MB for kind image (found 0 bytes). Make it smaller."),
        new(Some.Reference("video"), Facts("video/mp4", 209_715_201), "input.references[0]: must lie within 1 byte and 200 MB for kind video (found 209715201 bytes). Make it smaller."),
        new(Some.Reference("audio"), Facts("audio/mpeg", 15_728_641), "input.references[0]: must lie within 1 byte and 15 MB for kind audio (found 15728641 bytes). Make it smaller."),
    ];

    [TestCase("seedance-1-0-pro-250528", 1)]
    [TestCase("seedance-1-5-pro-251215", 0)]
    [TestCase(Some.Model, 0)]
    public void HeicIsKnownToTheLaterModelsOnly(string model, int faults)
    {
        using var host = new ProviderHost();
        Assert.That(host.Seedance.CheckReferences(Some.Input(model: model, references: Image), [Facts("image/heic")]), Has.Count.EqualTo(faults));
    }

    [TestCaseSource(nameof(Bad))]
    public void WhatDoesNotIsRefused(Reference reference, ReferenceFacts facts, string fault) => Assert.That(Check(reference, facts), Is.EqualTo([fault]));
}
