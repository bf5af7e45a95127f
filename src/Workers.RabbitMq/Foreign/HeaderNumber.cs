using System.Globalization;
using System.Text;

namespace Workers.RabbitMq.Foreign;

/// <summary>A whole number that somebody wrote into a header: clients choose the smallest of AMQP's types that holds it, or write it as text.</summary>
internal static class HeaderNumber
{
    /// <returns>Null where the value is no whole number, or none that a long holds.</returns>
    public static long? Read(object? value) => value switch
    {
        sbyte number => number,
        byte number => number,
        short number => number,
        ushort number => number,
        int number => number,
        uint number => number,
        long number => number,
        ulong and > long.MaxValue => null,
        ulong number => (long)number,
        float number => Whole(number),
        double number => Whole(number),
        decimal number => number == decimal.Truncate(number) && number is >= long.MinValue and <= long.MaxValue ? (long)number : null,
        byte[] text => Parse(Encoding.UTF8.GetString(text)),
        string text => Parse(text),
        _ => null,
    };

    private static long? Parse(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static long? Whole(double number) => double.IsInteger(number) && Math.Abs(number) < long.MaxValue ? (long)number : null;
}
