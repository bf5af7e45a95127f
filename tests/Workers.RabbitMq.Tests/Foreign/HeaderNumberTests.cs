using System.Text;
using Workers.RabbitMq.Foreign;

namespace Workers.RabbitMq.Tests.Foreign;

internal sealed class HeaderNumberTests
{
    private static readonly object[] Sevens = [(sbyte)7, (byte)7, (short)7, (ushort)7, 7, 7U, 7L, 7UL, 7F, 7D, 7M, "7", Encoding.UTF8.GetBytes("7")];

    private static readonly object?[] None = [null, true, 7.5, 1e300, double.NaN, ulong.MaxValue, "seven", "7.0", "", new byte[] { 0xFF }, new Dictionary<string, object?>(), decimal.MaxValue];

    [TestCaseSource(nameof(Sevens))]
    public void AWholeNumberOfAnyTypeIsRead(object seven) => Assert.That(HeaderNumber.Read(seven), Is.EqualTo(7));

    [TestCaseSource(nameof(None))]
    public void WhatIsNoneIsNull(object? value) => Assert.That(HeaderNumber.Read(value), Is.Null);
}
