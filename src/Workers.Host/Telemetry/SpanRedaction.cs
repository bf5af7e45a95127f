using System.Diagnostics;
using System.Reflection;
using OpenTelemetry;
using Workers.Contracts;

namespace Workers.Host.Telemetry;

/// <summary>
/// Takes from each span, before it is sent anywhere, what may be content: paths and queries of addresses (tenants choose them, and signatures are secrets), commands to the store, and the words of
/// exceptions. Libraries leave much of that out by themselves; this holds whatever their options say.
/// </summary>
internal sealed class SpanRedaction : BaseProcessor<Activity>
{
    private static readonly string[] Addresses = ["url.full", "http.url"];
    private static readonly string[] Words = ["exception.message", "exception.stacktrace"];
    private static readonly string[] Refused = ["db.query.text", "db.statement", "url.query", "url.path", "http.target", .. Words];

    /// <summary>An event can't be taken back: there is no public way, and libraries write exceptions' words into theirs.</summary>
    private static readonly FieldInfo? Events = typeof(Activity).GetField("_events", BindingFlags.Instance | BindingFlags.NonPublic);

    public override void OnEnd(Activity data)
    {
        foreach (var tag in Addresses)
        {
            if (data.GetTagItem(tag) is { } address)
            {
                data.SetTag(tag, Uri.TryCreate(address.ToString(), UriKind.Absolute, out var uri) ? ServersOnly.Of(uri) : "?");
            }
        }

        foreach (var tag in Refused)
        {
            if (data.GetTagItem(tag) is not null)
            {
                data.SetTag(tag, null);
            }
        }

        if (data.StatusDescription is { Length: > 0 } description)
        {
            data.SetStatus(data.Status, $"({Outline.Of(description)})");
        }

        RedactEvents(data);
    }

    private static void RedactEvents(Activity span)
    {
        if (!span.Events.Any(one => one.Tags.Any(tag => Words.Contains(tag.Key))))
        {
            return;
        }

        if (Events is null)
        {
            span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded; // rather not sent than sent with them
            return;
        }

        ActivityEvent[] events = [.. span.Events];
        Events.SetValue(span, null);
        foreach (var one in events)
        {
            span.AddEvent(new ActivityEvent(one.Name, one.Timestamp, [.. one.Tags.Select(Told)]));
        }
    }

    private static KeyValuePair<string, object?> Told(KeyValuePair<string, object?> tag) => Words.Contains(tag.Key) ? new(tag.Key, $"({Outline.Of(tag.Value?.ToString())})") : tag;
}
