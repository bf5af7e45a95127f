using System.Text.Json;

namespace Workers.Simulator.Tests;

internal sealed class JobKeyTests
{
    private const string Body = """{"model":"m","content":[{"type":"text","text":"é"}],"seed":1}""";

    [TestCase("""{ "seed": 1, "content": [{"text":"\u00e9","type":"text"}], "model": "m" }""")]
    [TestCase("""{"model":"m","content":[{"type":"text","text":"é"}],"seed":1,"execution_expires_after":90000,"callback_url":"http://x","safety_identifier":"u"}""")]
    public void OrderSpacingAndWhatMayVaryDoNotMatter(string other) => Assert.That(Key(other), Is.EqualTo(Key(Body)));

    [TestCase("""{"model":"m","content":[{"type":"text","text":"é"}],"seed":2}""")]
    [TestCase("""{"model":"m","content":[{"type":"text","text":"é"},{"type":"text","text":"é"}],"seed":1}""")]
    [TestCase("""{"model":"m","content":[{"type":"text","text":"é","safety_identifier":"u"}],"seed":1}""")]
    public void EverythingElseMatters(string other) => Assert.That(Key(other), Is.Not.EqualTo(Key(Body)));

    [Test]
    public void ItIsHalfASha256InLowerCaseHex() => Assert.That(Key(Body), Does.Match("^[0-9a-f]{32}$"));

    private static string Key(string body)
    {
        using var document = JsonDocument.Parse(body);
        return JobKey.Of(document.RootElement);
    }
}
