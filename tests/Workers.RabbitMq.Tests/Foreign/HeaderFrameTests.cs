using RabbitMQ.Client;
using Workers.RabbitMq.DeadLetters;
using Workers.RabbitMq.Foreign;

namespace Workers.RabbitMq.Tests.Foreign;

internal sealed class HeaderFrameTests
{
    private const uint Usual = 131_072;

    [Test]
    public void WhatFitsStaysAsItIs()
    {
        var properties = With(("large", new string('x', 120_000)), ("list", new List<object?> { 1, "two", null, new Dictionary<string, object?> { ["three"] = 3L } }));
        HeaderFrame.Fit(properties, Usual);
        Assert.That(properties.Headers!.Keys, Is.EqualTo(["large", "list"]));
    }

    [Test]
    public void TheLargestForeignHeaderGoesFirstAndItIsSaid()
    {
        var properties = With(("small", "kept"), ("large", new byte[130_800]), (DeadLetterHeaders.Detail, new string('d', 4000)));
        HeaderFrame.Fit(properties, Usual);
        Assert.That(properties.Headers!.Keys, Is.EquivalentTo(["small", DeadLetterHeaders.Detail, DeadLetterHeaders.Cut]));
        Assert.That(properties.Headers[DeadLetterHeaders.Cut], Is.EqualTo("1 foreign headers of 130811 bytes"));
    }

    [Test]
    public void ManySmallOnesGoUntilTheRestFits()
    {
        var properties = With([.. Enumerable.Range(0, 2000).Select(number => ($"header-{number}", (object?)new string('x', 100)))]);
        HeaderFrame.Fit(properties, Usual);
        Assert.That(HeaderFrame.SizeOf(properties), Is.InRange(Usual - 8192, Usual - 4096));
    }

    [Test]
    public void WhereThereIsNoLimitNothingGoes()
    {
        var properties = With(("large", new byte[1_000_000]));
        HeaderFrame.Fit(properties, 0);
        Assert.That(properties.Headers!.Keys, Is.EqualTo(["large"]));
    }

    private static BasicProperties With(params (string Name, object? Value)[] headers) =>
        new() { ContentType = "application/json", Headers = headers.ToDictionary(header => header.Name, header => header.Value) };
}
