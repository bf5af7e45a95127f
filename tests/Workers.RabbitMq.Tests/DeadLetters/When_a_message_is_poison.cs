using System.Text;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;
using Workers.RabbitMq.DeadLetters;

namespace Workers.RabbitMq.Tests.DeadLetters;

/// <summary>Whatever lies in a queue is tried within its attempts and kept with its reason; the recorder survives all of it, and the queue's other messages are handled.</summary>
[Category("Integration")]
internal sealed class When_a_message_is_poison : DeadLetterTest
{
    private const string Queue = "workers-start-job";

    private static readonly Dictionary<string, byte[]> Bodies = new()
    {
        ["bytes that are no JSON"] = [0xFF, 0xFE, 0x80, 0xC3, 0x28],
        ["null bytes"] = new byte[64],
        ["nothing"] = [],
        ["half a document"] = Encoding.UTF8.GetBytes(Envelope("Workers.Jobs.Lifecycle:StartJob", $"{{\"jobId\":\"{Secret}"))[..^20],
        ["JSON 10,000 deep"] = Encoding.UTF8.GetBytes(new string('[', 10_000) + new string(']', 10_000)),
        ["an envelope 10,000 deep"] = Encoding.UTF8.GetBytes(Envelope("Workers.Jobs.Lifecycle:StartJob", new string('[', 10_000) + new string(']', 10_000))),
        ["10 MiB"] = Encoding.UTF8.GetBytes($"\"{new string('x', 10 * 1024 * 1024)}\""),
        ["a member of another type"] = Encoding.UTF8.GetBytes(Envelope("Workers.Jobs.Lifecycle:StartJob", $$"""{"jobId":"{{Secret}}","tenantId":7,"step":"{{Secret}}"}""")),
    };

    private static IEnumerable<string> Unreadable => Bodies.Keys;

    [TestCaseSource(nameof(Unreadable))]
    public async Task It_is_kept_with_its_reason_and_recorded(string poison)
    {
        await StartFleet();

        await Post(Queue, Bodies[poison]);

        var letter = (await LettersIn($"{Queue}_error", 1))[0];
        Assert.That((letter.Reason, letter.Bucket, letter.Queue, letter.Count), Is.EqualTo((DeadLetterReason.Unreadable, FailureBucket.SchemaMismatch, Queue, 1L)));
        Assert.That((letter.Bytes, letter.Exception), Is.EqualTo((Bodies[poison].Length, letter.Exception)));
        var record = await RecordOf(letter);
        Assert.That((record.Bucket, record.Step, record.Code, record.JobId, record.TenantId), Is.EqualTo((FailureBucket.SchemaMismatch, Queue, letter.Exception, (Guid?)null, (string?)null)));
        Assert.That(await Broker.CountAsync($"{Queue}_skipped"), Is.Zero);
        await OthersShouldBeHandled();
    }

    [Test]
    public async Task Of_an_unknown_type_it_is_skipped_and_recorded()
    {
        await StartFleet();

        await Post(Queue, Envelope("Elsewhere:StartRocket", $$"""{"prompt":"{{Secret}}","tenantId":"{{Secret}}"}"""), properties => properties.MessageId = Guid.NewGuid().ToString());

        var letter = (await LettersIn($"{Queue}_skipped", 1))[0];
        Assert.That((letter.Reason, letter.Bucket, letter.Queue, letter.Type), Is.EqualTo((DeadLetterReason.UnknownType, FailureBucket.SchemaMismatch, Queue, "Elsewhere:StartRocket")));
        var record = await RecordOf(letter);
        Assert.That((record.Code, record.JobId, record.TenantId), Is.EqualTo((DeadLetterReason.UnknownType, (Guid?)null, (string?)null)));
        Assert.That(await Broker.CountAsync($"{Queue}_error"), Is.Zero);
        await OthersShouldBeHandled();
    }

    [TestCase("not-a-guid", "also-none", "text/plain; charset=")]
    [TestCase("a secret \u0001 lighthouse", "x", "no content type at all")]
    public async Task With_odd_properties_it_is_recorded_all_the_same(string messageId, string correlationId, string contentType)
    {
        await StartFleet();

        await Post($"{Queue}", [1, 2, 3], properties =>
        {
            (properties.MessageId, properties.CorrelationId, properties.ContentType) = (messageId, correlationId, contentType);
            properties.Headers = new Dictionary<string, object?> { ["MessageId"] = 7, ["x-death"] = Secret, ["nested"] = new Dictionary<string, object?> { ["a"] = Secret }, [Secret] = true };
        });

        await RecordOf((await LettersIn($"{Queue}_error", 1))[0]);
        await OthersShouldBeHandled();
    }

    [Test]
    public async Task The_same_one_twice_is_one_record_and_two_letters()
    {
        await StartFleet();

        await Post(Queue, [0xFF]);
        await Post(Queue, [0xFF]);

        var letters = await LettersIn($"{Queue}_error", 2);
        Assert.That(letters.Select(letter => letter.Id).Distinct().Count(), Is.EqualTo(1));
        await RecordOf(letters[0]);
        await Eventually(async () => await Broker.CountAsync("workers-record-dead-letter") == 0, () => "Both copies should be taken.");
        Assert.That((await Stores.Failures.CountAsync(DateTimeOffset.MinValue, default))[FailureBucket.SchemaMismatch], Is.EqualTo(1));
    }

    private async Task OthersShouldBeHandled()
    {
        await JobShouldBe(await Submit(), nameof(JobLifecycle.Succeeded));
        Assert.That(await Broker.CountAsync("workers-record-dead-letter"), Is.Zero);
        Assert.That(await Broker.CountAsync("workers-crashed"), Is.Zero);
    }
}
