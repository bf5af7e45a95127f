using System.Diagnostics;
using Workers.Host.Telemetry;

namespace Workers.Host.Tests.Redaction;

/// <summary>What a span may say, whoever began it.</summary>
internal sealed class SpanRedactionTests : IDisposable
{
    private const string Canary = "canary7f3a";

    private readonly SpanRedaction _redaction = new();

    [Test]
    public void An_address_is_told_by_its_server_alone()
    {
        using var span = Ended(one => one.SetTag("url.full", $"https://media.example.com:444/{Canary}?signature={Canary}"));

        Assert.That(span.GetTagItem("url.full"), Is.EqualTo("https://media.example.com:444/"));
    }

    [TestCase("db.query.text")]
    [TestCase("db.statement")]
    [TestCase("url.query")]
    [TestCase("exception.message")]
    public void What_would_be_content_is_not_there(string tag)
    {
        using var span = Ended(one => one.SetTag(tag, Canary).SetTag("db.collection.name", "jobs"));

        Assert.That(span.TagObjects, Is.EqualTo(new[] { KeyValuePair.Create<string, object?>("db.collection.name", "jobs") }));
    }

    [Test]
    public void An_exception_keeps_its_type_and_loses_its_words()
    {
        using var span = Ended(one => one.AddException(new InvalidOperationException(Canary)).SetStatus(ActivityStatusCode.Error, Canary));

        var told = span.Events.Single().Tags.ToDictionary();
        Assert.That(told["exception.type"], Is.EqualTo(typeof(InvalidOperationException).FullName));
        Assert.That(told.Values.Append(span.StatusDescription), Has.None.Contains(Canary));
        Assert.That(span.Status, Is.EqualTo(ActivityStatusCode.Error));
        Assert.That(span.ActivityTraceFlags.HasFlag(ActivityTraceFlags.Recorded), Is.True, "it is sent");
    }

    public void Dispose() => _redaction.Dispose();

    private Activity Ended(Action<Activity> does)
    {
        var span = new Activity("work") { ActivityTraceFlags = ActivityTraceFlags.Recorded };
        does(span.Start());
        span.Stop();
        _redaction.OnEnd(span);
        return span;
    }
}
