using System.Globalization;
using Workers.Simulator.Faulting;

namespace Workers.Simulator.Tasks;

/// <summary>Ids as ModelArk forms them: <c>cgt-</c>, the time of creation in UTC+8, five characters.</summary>
internal static class TaskIds
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
    private const int Characters = 5;

    private static readonly TimeSpan Beijing = TimeSpan.FromHours(8);

    /// <param name="taken">Whether an id is in use already.</param>
    public static string New(Chance chance, DateTimeOffset at, string jobKey, int createTry, Func<string, bool> taken)
    {
        var prefix = $"cgt-{at.ToOffset(Beijing).ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture)}-";
        for (var salt = 0; ; salt++)
        {
            var number = chance.Number("id", jobKey, createTry.ToString(CultureInfo.InvariantCulture), salt.ToString(CultureInfo.InvariantCulture));
            var id = prefix + Word(number);
            if (!taken(id))
            {
                return id;
            }
        }
    }

    private static string Word(ulong number) => string.Create(Characters, number, static (word, rest) =>
    {
        for (var index = 0; index < word.Length; index++)
        {
            word[index] = Alphabet[(int)(rest % (ulong)Alphabet.Length)];
            rest /= (ulong)Alphabet.Length;
        }
    });
}
