using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Workers.Simulator.Faulting;

/// <summary>The words for faults, one grammar for scripts and for directives in prompts.</summary>
internal static class FaultGrammar
{
    public const string Moderated = "OutputVideoSensitiveContentDetected";

    /// <summary>What a person may write, for the program's help.</summary>
    public static IReadOnlyList<(string Words, string Operations, string Meaning)> Words { get; } =
    [
        ("answer STATUS [CODE]", "calls", "this error before any work; CODE as in ModelArk's list"),
        ("retry-after SECONDS", "calls", "429 with Retry-After before any work"),
        ("error-inside CODE", "calls", "200 with this error inside before any work"),
        ("firewall", "calls", "403 with a web page before any work"),
        ("fetch-timeout", "create", "InvalidParameter: timeout while fetching resource, before any work"),
        ("delay TIME [after]", "calls", "waits before the work, or after it"),
        ("drop-request", "calls", "drops the connection before any work"),
        ("drop-response", "calls", "does the work, then drops the connection"),
        ("close-kept", "calls", "closes the connection after the work, where it was used before; not download"),
        ("wrong-shape", "calls", "does the work, then answers 200 with other JSON"),
        ("not-json", "calls", "does the work, then answers 200 with a web page"),
        ("truncate", "download", "drops the connection half-way"),
        ("media-type TYPE", "download", "says that the output is of this type"),
        ("not-yet STATUS TIME", "download", "refuses it for so long after the task's end"),
        ("want-key", "download", "refuses it with 401 without the account's key"),
        ("encode ENCODING", "download", "encodes it unasked: gzip, deflate or br"),
        ("drip", "download", "sends a byte a second"),
        ("redirect LOCATION", "download", "redirects to this, as in: redirect //"),
        ("fail CODE", "task", "the task fails at its end"),
        ("moderate", "task", $"the same as: fail {Moderated}"),
        ("stuck", "task", "runs until it expires"),
        ("stay-queued", "task", "stays queued until it expires or is cancelled"),
        ("unknown-status WORD [N]", "task", "reports this word, for N reads or for ever"),
        ("missing-usage", "task", "succeeds without usage"),
        ("unlisted-usage", "task list", "listings do not say usage, gets do"),
        ("missing-times", "task", "says neither created_at nor updated_at"),
        ("iso-times", "task", "says its times as ISO 8601"),
        ("text-numbers", "task", "says its numbers as text"),
        ("fraction-numbers", "task", "says its duration and times with a fraction"),
        ("missing-output", "task", "succeeds without content"),
        ("failure-reason", "task list", "listings say failure_reason instead of error"),
        ("missing-fingerprint", "task", "reports no execution_expires_after"),
        ("listed-twice", "task list", "listings name it twice"),
        ("hide TIME", "task list", "missing from listings for so long"),
        ("lose", "callback", "the callback is not sent"),
        ("duplicate", "callback", "the callback is sent twice"),
        ("reorder", "callback", "the callback is sent after the last one"),
    ];

    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out Fault? fault)
    {
        var words = text.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        fault = words switch
        {
            ["answer", var status] when Number(status) is >= 100 and <= 599 and var number => new Fault.Answer(number),
            ["answer", var status, var code] when Number(status) is >= 100 and <= 599 and var number => new Fault.Answer(number, code),
            ["retry-after", var seconds] when Number(seconds) is { } number => new Fault.RetryAfter(number),
            ["error-inside", var code] => new Fault.ErrorInside(code),
            ["firewall"] => new Fault.Firewall(),
            ["fetch-timeout"] => new Fault.FetchTimeout(),
            ["delay", var wait] when Time(wait) is { } time => new Fault.Delay(time),
            ["delay", var wait, "after"] when Time(wait) is { } time => new Fault.Delay(time, AfterWork: true),
            ["drop-request"] => new Fault.DropRequest(),
            ["drop-response"] => new Fault.DropResponse(),
            ["close-kept"] => new Fault.CloseKept(),
            ["wrong-shape"] => new Fault.WrongShape(),
            ["not-json"] => new Fault.NotJson(),
            ["truncate"] => new Fault.TruncateDownload(),
            ["media-type", var type] => new Fault.OutputType(type),
            ["not-yet", var status, var wait] when Number(status) is >= 400 and <= 599 and var number && Time(wait) is { } time => new Fault.OutputNotYet(number, time),
            ["want-key"] => new Fault.OutputWantsKey(),
            ["encode", "gzip" or "deflate" or "br"] => new Fault.OutputEncoded(words[1]),
            ["drip"] => new Fault.OutputDrip(),
            ["redirect", var location] => new Fault.OutputRedirect(location),
            ["fail", var code] => new Fault.FailTask(code),
            ["moderate"] => new Fault.FailTask(Moderated),
            ["stuck"] => new Fault.StuckTask(),
            ["stay-queued"] => new Fault.StayQueued(),
            ["unknown-status", var word] => new Fault.UnknownStatus(word),
            ["unknown-status", var word, var reads] when Number(reads) is { } number => new Fault.UnknownStatus(word, number),
            ["missing-usage"] => new Fault.MissingUsage(),
            ["unlisted-usage"] => new Fault.UnlistedUsage(),
            ["missing-times"] => new Fault.MissingTimes(),
            ["iso-times"] => new Fault.IsoTimes(),
            ["text-numbers"] => new Fault.TextNumbers(),
            ["fraction-numbers"] => new Fault.FractionNumbers(),
            ["missing-output"] => new Fault.MissingOutput(),
            ["failure-reason"] => new Fault.FailureReasonField(),
            ["missing-fingerprint"] => new Fault.MissingFingerprint(),
            ["listed-twice"] => new Fault.ListedTwice(),
            ["hide", var wait] when Time(wait) is { } time => new Fault.HideFromList(time),
            ["lose"] => new Fault.LoseCallback(),
            ["duplicate"] => new Fault.DuplicateCallback(),
            ["reorder"] => new Fault.ReorderCallbacks(),
            _ => null,
        };
        return fault is not null;
    }

    public static bool Fits(Fault fault, Operation operation) => fault switch
    {
        Fault.TruncateDownload or Fault.OutputType or Fault.OutputNotYet or Fault.OutputWantsKey or Fault.OutputEncoded or Fault.OutputDrip or Fault.OutputRedirect =>
            operation is Operation.Download,
        Fault.CloseKept => operation is Operation.Create or Operation.Get or Operation.List or Operation.Delete,
        Fault.LoseCallback or Fault.DuplicateCallback or Fault.ReorderCallbacks => operation is Operation.Callback,
        Fault.HideFromList or Fault.FailureReasonField or Fault.ListedTwice or Fault.UnlistedUsage => operation is Operation.Task or Operation.List,
        Fault.FetchTimeout => operation is Operation.Create,
        Fault.UnknownStatus or Fault.StuckTask or Fault.StayQueued or Fault.FailTask or Fault.MissingUsage or Fault.MissingOutput or Fault.MissingFingerprint
            or Fault.MissingTimes or Fault.IsoTimes or Fault.TextNumbers or Fault.FractionNumbers
            => operation is Operation.Task,
        _ => operation is Operation.Create or Operation.Get or Operation.List or Operation.Delete or Operation.Download,
    };

    /// <summary>Whether it is a trait of one task, decided when the task is made, rather than something that befalls a call.</summary>
    public static bool IsTrait(Fault fault) => Fits(fault, Operation.Task);

    /// <summary>Reads <c>500ms</c>, <c>5s</c>, <c>2m</c>, <c>1h</c>.</summary>
    internal static TimeSpan? Time(string word)
    {
        var unitAt = word.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (unitAt <= 0 || Number(word[..unitAt]) is not { } number)
        {
            return null;
        }

        return word[unitAt..] switch
        {
            "ms" => TimeSpan.FromMilliseconds(number),
            "s" => TimeSpan.FromSeconds(number),
            "m" => TimeSpan.FromMinutes(number),
            "h" => TimeSpan.FromHours(number),
            _ => null,
        };
    }

    private static int? Number(string word) => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
