using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;
using Workers.RabbitMq.DeadLetters;

namespace Workers.Cli.DeadLetters;

/// <summary>Dead letters as people read them.</summary>
internal static class LetterWords
{
    public static Table Table(IEnumerable<DeadLetter> letters)
    {
        var table = new Table { Border = TableBorder.Simple }.AddColumns("id", "queue", "reason", "bucket", "type", "exception", "count", "last", "redriven", "bytes");
        foreach (var column in table.Columns)
        {
            column.NoWrap();
        }

        foreach (var letter in letters)
        {
            table.AddRow(new[]
            {
                letter.Id, letter.Queue ?? $"({letter.KeptIn})", letter.Reason, letter.Bucket.ToString(), letter.ShortType ?? "?", Short(letter.Exception) ?? "-",
                letter.Count?.ToString(CultureInfo.InvariantCulture) ?? "-", letter.LastAt ?? "-", Times(letter.Redriven), letter.Bytes.ToString(CultureInfo.InvariantCulture),
            }.Select(cell => Markup.Escape(cell)).ToArray());
        }

        return table;
    }

    public static Grid Details(DeadLetterDetails details)
    {
        var letter = details.Letter;
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(3)).AddColumn();
        Row("id", letter.Id);
        Row("lies in", letter.KeptIn);
        Row("came from", letter.Queue);
        Row("reason", $"{letter.Reason}, recorded as {letter.Bucket}");
        Row("what to do", DeadLetterReason.AdviceOf(letter.Reason));
        Row("exception", letter.Exception);
        Row("detail", letter.Detail);
        Row("type", letter.Type);
        Row("count", letter.Count?.ToString(CultureInfo.InvariantCulture));
        Row("first", letter.FirstAt);
        Row("last", letter.LastAt);
        Row("job", letter.JobId is { } job ? string.Create(CultureInfo.InvariantCulture, $"{job}{(letter.Step is { } step ? $", step {step}" : "")}") : null);
        Row("tenant", letter.TenantId);
        Row("correlation", letter.CorrelationId);
        Row("redriven", letter.Redriven == 0 ? null : $"{Times(letter.Redriven)}, last by {letter.RedrivenBy ?? "?"} at {letter.RedrivenAt ?? "?"}");
        Row("body", string.Create(CultureInfo.InvariantCulture, $"{letter.Bytes} bytes of {details.ContentType ?? "unknown type"}, SHA-256 {letter.Sha256}"));
        Row("left out", letter.Cut);
        foreach (var (name, value) in details.Headers)
        {
            Row($"header {name}", value);
        }

        return grid;

        void Row(string name, string? value)
        {
            if (value is not null)
            {
                grid.AddRow(Markup.Escape(name), Markup.Escape(value));
            }
        }
    }

    /// <summary>In one line.</summary>
    public static string Line(DeadLetter letter) => $"{letter.Id} {letter.ShortType ?? "?"} of {letter.Queue ?? letter.KeptIn} ({letter.Reason}{(Short(letter.Exception) is { } exception ? $", {exception}" : "")})";

    private static string Times(int times) => times == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{times}x");

    private static string? Short(string? type) => type?[(type.LastIndexOf('.') + 1)..];
}

/// <summary>The documents of <c>--output json</c>.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(DeadLetterListing))]
[JsonSerializable(typeof(IReadOnlyList<DeadLetterDetails>))]
internal sealed partial class LettersJson : JsonSerializerContext;
