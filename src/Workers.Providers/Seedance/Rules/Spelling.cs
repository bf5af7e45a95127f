namespace Workers.Providers.Seedance.Rules;

/// <summary>Finds the word that was probably meant.</summary>
internal static class Spelling
{
    /// <summary>The closest word, at most two letters away and less than half of it; else null.</summary>
    public static string? Closest(string found, IEnumerable<string> words) => words
        .Select(word => (Word: word, Distance: Distance(found, word)))
        .Where(candidate => candidate.Distance <= 2 && candidate.Distance * 2 < candidate.Word.Length)
        .OrderBy(candidate => candidate.Distance)
        .Select(candidate => candidate.Word)
        .FirstOrDefault();

    /// <summary>Levenshtein's distance, letter case and separators aside.</summary>
    private static int Distance(string left, string right)
    {
        (left, right) = (Plain(left), Plain(right));
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var change = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }

    /// <summary>Cut, since the distance takes the product of both lengths.</summary>
    private static string Plain(string word) =>
        (word.Length > 64 ? word[..64] : word).Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();
}
