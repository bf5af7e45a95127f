using Workers.Testing;

namespace Workers.Jobs.Tests.Stores;

internal sealed class PagePositionTests
{
    [Test]
    public void ItIsReadAsItWasWritten()
    {
        var position = new PagePosition(Some.Time.AddMilliseconds(7), Guid.NewGuid());

        Assert.That(PagePosition.Parse($"{position}"), Is.EqualTo(position));
        Assert.That($"{position}", Does.Match("^[A-Za-z0-9_-]+$"));
    }

    [TestCase("")]
    [TestCase("yesterday")]
    [TestCase("!")]
    [TestCase("________________________________")]
    [TestCase("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void WhatIsNoPositionIsNone(string text) => Assert.That(PagePosition.Parse(text), Is.Null);

    [Test]
    public void TimeDecidesThenTheBytesOfTheId()
    {
        var id = new Guid("80000000-0000-0000-0000-000000000000");
        var position = new PagePosition(Some.Time, id);

        Assert.That(position, Is.GreaterThan(new PagePosition(Some.Time, new Guid("7fffffff-ffff-ffff-ffff-ffffffffffff"))));
        Assert.That(position, Is.LessThan(new PagePosition(Some.Time.AddMilliseconds(1), Guid.Empty)));
        Assert.That(position >= new PagePosition(Some.Time, id), Is.True);
    }
}
