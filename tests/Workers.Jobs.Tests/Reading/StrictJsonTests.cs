using System.Globalization;
using System.Text;
using System.Text.Json;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;

namespace Workers.Jobs.Tests.Reading;

/// <summary>The one reader of what users write: what it can't keep it refuses, naming the field; what is plainly meant it takes.</summary>
internal sealed class StrictJsonTests
{
    private const string Secret = "do-not-repeat-me";

    [TestCase("""{"input":{"parameters":{"duration":4,"Duration":5}}}""", "input.parameters.(a name of 8 characters)", "a name that another member has in other letter case")]
    [TestCase("""{"input":{"parameters":{"":1}}}""", "input.parameters.(a name of 0 characters)", "a member without a name")]
    [TestCase("""{"input":{"parameters":{"a":[1,{"b":1e999}]}}}""", "input.parameters.(a name of 1 characters)[1].(a name of 1 characters)", "a number beyond all measure")]
    [TestCase("""{"input":{"parameters":{"a":-1e400}}}""", "input.parameters.(a name of 1 characters)", "a number beyond all measure")]
    [TestCase("""{"input":{"parameters":{"a":{"\ud800":1}}}}""", "input.parameters.(a name of 1 characters).(a name that is no text)", "an escape that stands for half a character")]
    [TestCase("""{"input":{"parameters":{"a":"\udc00"}}}""", "input.parameters.(a name of 1 characters)", "an escape that stands for half a character")]
    [TestCase("""{"input":{"prompt":"\ud800\ud800"}}""", "input.prompt", "an escape that stands for half a character")]
    [TestCase("""{"\ud800":1}""", "(a name that is no text)", "an escape that stands for half a character")]
    [TestCase("""{"deadline":"\ud800"}""", "deadline", "an escape that stands for half a character")]
    [TestCase("""{"input":{"references":[{"durationSeconds":1e999}]}}""", "input.references[0].durationSeconds", "a number beyond all measure")]
    [TestCase("""{"input":{"references":[{"length":5.5}]}}""", "input.references[0].length", "a number with a fraction, or of more than 64 bits")]
    [TestCase("""{"input":{"references":[{"length":9223372036854775808}]}}""", "input.references[0].length", "a number with a fraction, or of more than 64 bits")]
    [TestCase("""{"expect":{"minBytes":1e400}}""", "expect.minBytes", "a number with a fraction, or of more than 64 bits")]
    [TestCase("""{"expect":{"durationSeconds":3000000000}}""", "expect.durationSeconds", "a number with a fraction, or of more than 32 bits")]
    [TestCase("""{"expect":{"maxBytes":"5"}}""", "expect.maxBytes", "a text of 1 characters")]
    [TestCase("""{"tenantId":"a","tenantId":"b"}""", "tenantId", "a member given twice")]
    [TestCase("""{"TenantId":"do-not-repeat-me"}""", "TenantId", "a name in other letter case")]
    [TestCase("""{"deadline":"2026-05-01T12:00:00"}""", "deadline", "a time without its offset from UTC")]
    [TestCase("""{"deadline":"2026-05-01T12:00:00.123456"}""", "deadline", "a time without its offset from UTC")]
    [TestCase("""{"deadline":"2026-05-01T12:00"}""", "deadline", "a time without its offset from UTC")]
    [TestCase("""{"deadline":"2026-05-01"}""", "deadline", "a time without its offset from UTC")]
    [TestCase("""{"deadline":1777636800}""", "deadline", "a number")]
    [TestCase("""{"correlationId":"do-not-repeat-me"}""", "correlationId", "a text of 16 characters")]
    public void WhatCanNotBeKeptIsRefusedByField(string json, string field, string found)
    {
        var reading = Read(json);

        Assert.That(reading.Value, Is.Null);
        var fault = reading.Faults.Single();
        Assert.That((fault.Field, fault.Found), Is.EqualTo((field, found)));
        Assert.That(fault.ToString(), Does.Not.Contain(Secret));
        Assert.That(fault.Fix, Is.Not.Empty);
    }

    [Test]
    public void AMemberGivenTwiceInTwoCasesIsNamedAsSuch() =>
        Assert.That(Read("""{"idempotencyKey":"a","IDEMPOTENCYKEY":"b"}""").Faults.Single().Found, Is.EqualTo("a member given twice"));

    [Test]
    public void ATimeWithoutItsOffsetIsToldHowToMendIt() =>
        Assert.That(Read("""{"deadline":"2026-05-01T12:00:00"}""").Faults.Single().Fix, Does.Contain("Add Z").And.Contain("-04:00"));

    [TestCase("2026-05-01T12:00:00Z", "2026-05-01T12:00:00+00:00")]
    [TestCase("2026-05-01T08:00:00-04:00", "2026-05-01T08:00:00-04:00")]
    [TestCase("2026-05-01T20:00:00.123456+08:00", "2026-05-01T20:00:00.1234560+08:00")]
    public void ATimeWithItsOffsetIsThatMoment(string text, string moment) =>
        Assert.That(Read($$"""{"deadline":"{{text}}"}""").Value!.Deadline, Is.EqualTo(DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture)));

    [TestCase("5.0", 5)]
    [TestCase("5e0", 5)]
    [TestCase("0.5E1", 5)]
    [TestCase("-0", 0)]
    [TestCase("-0.0", 0)]
    [TestCase("9223372036854775807", 9223372036854775807)]
    [TestCase("9.223372036854775807e18", 9223372036854775807)]
    public void AWholeNumberIsOneHoweverItIsWritten(string text, long number)
    {
        var read = Read($$$"""{"input":{"references":[{"length":{{{text}}}}]},"expect":{"minBytes":{{{text}}}}}""");

        Assert.That(read.Faults, Is.Empty);
        Assert.That((read.Value!.Input!.References![0].Length, read.Value.Expect!.MinBytes), Is.EqualTo(((long?)number, (long?)number)));
    }

    [Test]
    public void NullIsTheSameAsLeftOutForEveryMember()
    {
        var read = Read(
            """
            {"tenantId":"acme","userId":null,"idempotencyKey":null,"correlationId":null,"provider":"seedance","deadline":null,"tags":null,"expect":{"mediaTypes":null,"minBytes":null,"maxBytes":null,
             "sha256":null,"durationSeconds":null,"resolution":null},"input":{"model":"m","prompt":null,"parameters":null,"references":[{"uri":"https://a.example/a","kind":"image","objectKey":null,
             "version":null,"role":null,"contentType":null,"length":null,"checksum":null,"durationSeconds":null}]}}
            """);

        Assert.That(read.Faults, Is.Empty);
        var resumption = StrictJson.Read<ResumeJob>(
            """{"jobId":"0b8f1f0e-5a52-4b0e-9d4a-3a7a3d0c4c11","tenantId":"acme","requestedBy":"ada","input":null,"payAgain":null,"settlement":{"taskId":"t","notCreated":null,"settledBy":"ada"}}"""u8);
        Assert.That(resumption.Faults, Is.Empty);
        Assert.That((resumption.Value!.PayAgain, resumption.Value.Settlement!.NotCreated), Is.EqualTo((false, false)));
    }

    [TestCase("""{"duration":5,"seed":null,"tools":[{"type":"web_search","limit":null},null]}""", """{"duration":5,"tools":[{"type":"web_search"}]}""")]
    [TestCase("""{"duration":5.0,"seed":-1e0}""", """{"duration":5,"seed":-1}""")]
    [TestCase("""{"a":-0.0,"b":[1e2]}""", """{"a":0,"b":[100]}""")]
    [TestCase("""{"a":0.50,"b":1e30}""", """{"a":0.50,"b":1e30}""")]
    public void WhatIsKeptIsTheNormalFormAndTheSameJob(string sent, string kept)
    {
        var (one, other) = (Read($$$"""{"provider":"seedance","input":{"model":"m","references":[null],"parameters":{{{sent}}}},"expect":{"mediaTypes":["video/mp4",null]},"tags":[null,"a"]}"""),
            Read($$$"""{"provider":"seedance","input":{"model":"m","references":[],"parameters":{{{kept}}}},"expect":{"mediaTypes":["video/mp4"]},"tags":["a"]}"""));

        Assert.That(JsonSerializer.Serialize(Normal.Of(one.Value!), ContractsJson.Default.SubmitJob), Is.EqualTo(JsonSerializer.Serialize(other.Value!, ContractsJson.Default.SubmitJob)));
        Assert.That(JobIdentity.Hash(one.Value!), Is.EqualTo(JobIdentity.Hash(other.Value!)));
    }

    [Test]
    public void AByteOrderMarkSaysNothing() => Assert.That(StrictJson.Read<SubmitJob>([0xEF, 0xBB, 0xBF, .. """{"tenantId":"acme"}"""u8]).Value!.TenantId, Is.EqualTo("acme"));

    [TestCase("""{"tenantId":["a"],"correlationId":"x"}""", "correlationId", "x")]
    [TestCase("""{"tenantId":["a"],"correlationId":"\ud800"}""", "correlationId", null)]
    [TestCase("""{"\ud800":1,"correlationId":"x"}""", "correlationId", "x")]
    [TestCase("""{"correlationId":"x","correlationId":"y"}""", "correlationId", null)]
    public void OfWhatIsWrongTheIdsAreStillTold(string json, string member, string? text) => Assert.That(Read(json).Text(member), Is.EqualTo(text));

    private static StrictReading<SubmitJob> Read(string json) => StrictJson.Read<SubmitJob>(Encoding.UTF8.GetBytes(json));
}
