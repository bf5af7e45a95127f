namespace Workers.Providers.Http;

/// <summary>Keeps a word from outside as far as it is one: codes and ids pass, sentences (which may quote user content) are cut at their first space.</summary>
internal static class SafeWord
{
    private const int MaxLength = 64;

    public static string Of(string? text)
    {
        var length = 0;
        while (text is not null && length < text.Length && length < MaxLength && IsSafe(text[length]))
        {
            length++;
        }

        return text?[..length] ?? "";
    }

    private static bool IsSafe(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-';
}
