using System.Text;
using Workers.Providers.Http;

namespace Workers.Providers.Tests.Http;

internal sealed class FirstBytesTests
{
    private static readonly byte[] Mp4 = Film("isom");

    [TestCase("isom", "video/mp4")]
    [TestCase("mp42", "video/mp4")]
    [TestCase("avc1", "video/mp4")]
    [TestCase("qt  ", "video/quicktime")]
    [TestCase("M4A ", "audio/mp4")]
    [TestCase("avif", "image/avif")]
    public void ABoxOfAFilmIsTold(string brand, string mediaType) => Assert.That(FirstBytes.MediaTypeOf(Film(brand)), Is.EqualTo(mediaType));

    [TestCase("89504E470D0A1A0A", "image/png")]
    [TestCase("FFD8FFE000104A46", "image/jpeg")]
    [TestCase("524946460000000057454250", "image/webp")]
    [TestCase("524946460000000057415645", "audio/wav")]
    [TestCase("1A45DFA39F4286810142F7810142F2810442F381084282847765626D", "video/webm")]
    [TestCase("1A45DFA3", "video/x-matroska")]
    [TestCase("4944330400", "audio/mpeg")]
    [TestCase("FFFB9064", "audio/mpeg")]
    [TestCase("1F8B0800", "application/gzip")]
    [TestCase("3C21444F43545950452068746D6C3E", "text/html")]
    [TestCase("EFBBBF0A3C68746D6C3E", "text/html")]
    [TestCase("3C4572726F723E", "application/xml")]
    [TestCase("7B226572726F72223A", "application/json")]
    [TestCase("", null)]
    [TestCase("00010203", null)]
    public void OtherBeginningsAreToo(string head, string? mediaType) => Assert.That(FirstBytes.MediaTypeOf(Convert.FromHexString(head)), Is.EqualTo(mediaType));

    [TestCase(null)]
    [TestCase("application/octet-stream")]
    [TestCase("binary/octet-stream")]
    [TestCase("application/force-download")]
    [TestCase("text/plain")]
    [TestCase("image/png")]
    [TestCase("application/mp4")]
    public void ATypeThatSaysNothingOrIsPlainlyWrongDecidesNothing(string? declared) => Assert.That(FirstBytes.Judge(declared, Mp4), Is.EqualTo("video/mp4"));

    [TestCase("video/mp4")]
    [TestCase("video/quicktime")]
    [TestCase("video/x-m4v")]
    public void OfOneKindTheServerKnowsBest(string declared) => Assert.That(FirstBytes.Judge(declared, Mp4), Is.EqualTo(declared));

    [Test]
    public void APageThatIsCalledAFilmIsAPage() => Assert.That(FirstBytes.Judge("video/mp4", "<html>sign in"u8), Is.EqualTo("text/html"));

    [Test]
    public void WhereTheBytesAreUnknownTheServerIsBelieved()
    {
        Assert.That(FirstBytes.Judge("video/x-new", [1, 2, 3]), Is.EqualTo("video/x-new"));
        Assert.That(FirstBytes.Judge("binary/octet-stream", [1, 2, 3]), Is.EqualTo("application/octet-stream"));
    }

    private static byte[] Film(string brand) => [0, 0, 0, 24, .. "ftyp"u8, .. Encoding.ASCII.GetBytes(brand), 0, 0, 2, 0];
}
