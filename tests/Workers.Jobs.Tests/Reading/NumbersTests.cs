using System.Globalization;
using Workers.Contracts;

namespace Workers.Jobs.Tests.Reading;

internal sealed class NumbersTests
{
    [TestCase("0", "0")]
    [TestCase("-0", "0")]
    [TestCase("0e99999999999999999999", "0e99999999999999999999")]
    [TestCase("0.000e5", "0")]
    [TestCase("5", "5")]
    [TestCase("5.00", "5")]
    [TestCase("50e-1", "5")]
    [TestCase("0.05E+2", "5")]
    [TestCase("-120", "-120")]
    [TestCase("1.25", "1.25")]
    [TestCase("125e-2", "1.25")]
    [TestCase("0.00125", "0.00125")]
    [TestCase("1e30", "1E30")]
    [TestCase("10e29", "1E30")]
    [TestCase("1e-40", "1E-40")]
    [TestCase("1e-9223372036854775808", "1E-9223372036854775808")]
    [TestCase("0.1234567890123456789012345678901", "1234567890123456789012345678901E-31")]
    public void OneValueIsOneText(string number, string canonical) => Assert.That(Numbers.Canonical(number), Is.EqualTo(canonical));

    /// <summary>The hashes of jobs that are stored hold numbers as decimals write them.</summary>
    [Test]
    public void ItIsHowDecimalsWereAlwaysWritten([Values("0", "7", "5.0", "-3.250", "1e5", "123456789012345.678", "1e-20", "1234567890123456789012345678", "2.5e-3")] string number) => Assert.That(
        Numbers.Canonical(number),
        Is.EqualTo(decimal.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture).ToString("0.############################", CultureInfo.InvariantCulture)));
}
