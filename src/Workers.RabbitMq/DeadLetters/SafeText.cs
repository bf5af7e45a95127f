using System.Text;
using System.Text.RegularExpressions;

namespace Workers.RabbitMq.DeadLetters;

/// <summary>Lets a text from outside through if it has the form of a name; one that has not may be anything, and is repeated nowhere.</summary>
internal static partial class SafeText
{
    /// <summary>A header as text; AMQP's long strings come as bytes.</summary>
    public static string? Of(object? value) => value switch
    {
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        string text => text,
        _ => null,
    };

    /// <summary>An id, a tenant, a queue.</summary>
    public static string? Name(string? text) => text is not null && NameForm().IsMatch(text) ? text : null;

    /// <summary>The name of a type, of an exception or a message.</summary>
    public static string? TypeName(string? text) => text is not null && TypeForm().IsMatch(text) ? text : null;

    /// <summary>A content type, without parameters.</summary>
    public static string? MediaType(string? text) => text is not null && MediaForm().IsMatch(text) ? text : null;

    /// <summary>A time as <see cref="DeadLetterHeaders.Format"/> writes it.</summary>
    public static string? Time(string? text) => text is not null && TimeForm().IsMatch(text) ? text : null;

    /// <summary>Who did something, in one line.</summary>
    public static string? Line(string? text) => text is { Length: > 0 and <= 128 } && !text.Any(char.IsControl) ? text : null;

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();

    [GeneratedRegex(@"\A[a-z]+/[A-Za-z0-9.+-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex MediaForm();

    [GeneratedRegex(@"\A[0-9TZ:.+-]{10,40}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TimeForm();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_.:+`\[\]-]{0,255}\z", RegexOptions.CultureInvariant)]
    private static partial Regex TypeForm();
}
