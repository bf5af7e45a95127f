using Workers.Host.Starting;
using Workers.Jobs;

namespace Workers.Host.Tests.Starting;

internal sealed class RoleWordsTests
{
    [TestCase("lifecycle", Roles.Lifecycle)]
    [TestCase("lifecycle,polling", Roles.Lifecycle | Roles.Polling)]
    [TestCase(" Submission , RETRIEVAL ,failures", Roles.Submission | Roles.Retrieval | Roles.Failures)]
    [TestCase("all", Roles.All)]
    public void RolesAreNamedInAnyOrderAndCase(string words, Roles expected)
    {
        Assert.That(RoleWords.TryRead(words, out var roles, out var fault), Is.True);
        Assert.That((roles, fault), Is.EqualTo((expected, (string?)null)));
    }

    [TestCase("pooling", "There is no role pooling.")]
    [TestCase("lifecycle,none,16", "There is no role none, 16.")]
    [TestCase(" , ", "No role is named.")]
    public void WhatIsNoRoleIsNamedBesideTheList(string words, string expected)
    {
        Assert.That(RoleWords.TryRead(words, out _, out var fault), Is.False);
        Assert.That(fault, Does.StartWith(expected).And.Contains("lifecycle, submission, polling, retrieval, failures"));
    }
}
