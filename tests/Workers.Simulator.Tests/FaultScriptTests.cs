using System.Text.Json;
using Workers.Simulator.CommandLine;
using Workers.Simulator.Faulting;

namespace Workers.Simulator.Tests;

internal sealed class FaultScriptTests
{
    private static readonly (string Words, Fault Fault)[] Words =
    [
        ("answer 500", new Fault.Answer(500)),
        ("answer 404 ModelNotOpen", new Fault.Answer(404, "ModelNotOpen")),
        ("retry-after 7", new Fault.RetryAfter(7)),
        ("delay 500ms", new Fault.Delay(TimeSpan.FromMilliseconds(500))),
        ("delay 2m after", new Fault.Delay(TimeSpan.FromMinutes(2), AfterWork: true)),
        ("drop-request", new Fault.DropRequest()),
        ("drop-response", new Fault.DropResponse()),
        ("close-kept", new Fault.CloseKept()),
        ("wrong-shape", new Fault.WrongShape()),
        ("not-json", new Fault.NotJson()),
        ("truncate", new Fault.TruncateDownload()),
        ("media-type binary/octet-stream", new Fault.OutputType("binary/octet-stream")),
        ("not-yet 404 2m", new Fault.OutputNotYet(404, TimeSpan.FromMinutes(2))),
        ("want-key", new Fault.OutputWantsKey()),
        ("encode gzip", new Fault.OutputEncoded("gzip")),
        ("drip", new Fault.OutputDrip()),
        ("redirect //", new Fault.OutputRedirect("//")),
        ("fail X", new Fault.FailTask("X")),
        ("moderate", new Fault.FailTask("OutputVideoSensitiveContentDetected")),
        ("stuck", new Fault.StuckTask()),
        ("stay-queued", new Fault.StayQueued()),
        ("unknown-status pondering", new Fault.UnknownStatus("pondering")),
        ("unknown-status pondering 3", new Fault.UnknownStatus("pondering", 3)),
        ("missing-usage", new Fault.MissingUsage()),
        ("unlisted-usage", new Fault.UnlistedUsage()),
        ("missing-times", new Fault.MissingTimes()),
        ("iso-times", new Fault.IsoTimes()),
        ("text-numbers", new Fault.TextNumbers()),
        ("fraction-numbers", new Fault.FractionNumbers()),
        ("error-inside X", new Fault.ErrorInside("X")),
        ("firewall", new Fault.Firewall()),
        ("fetch-timeout", new Fault.FetchTimeout()),
        ("missing-output", new Fault.MissingOutput()),
        ("failure-reason", new Fault.FailureReasonField()),
        ("missing-fingerprint", new Fault.MissingFingerprint()),
        ("listed-twice", new Fault.ListedTwice()),
        ("hide 1h", new Fault.HideFromList(TimeSpan.FromHours(1))),
        ("lose", new Fault.LoseCallback()),
        ("duplicate", new Fault.DuplicateCallback()),
        ("reorder", new Fault.ReorderCallbacks()),
    ];

    [TestCaseSource(nameof(Words))]
    public void EveryFaultHasWords((string Words, Fault Fault) expected)
    {
        Assert.That(FaultGrammar.TryParse(expected.Words, out var fault));
        Assert.That(fault, Is.EqualTo(expected.Fault));
    }

    [Test]
    public void EveryFaultIsTestedAndExplained()
    {
        var kinds = typeof(Fault).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(Fault)));
        Assert.That(Words.Select(words => words.Fault.GetType()).Distinct(), Is.EquivalentTo(kinds));

        var explained = FaultGrammar.Words.Select(words => words.Words.Split(' ')[0]);
        Assert.That(explained, Is.EquivalentTo(Words.Select(words => words.Words.Split(' ')[0]).Distinct()));
        Assert.That(explained, Has.All.Matches<string>(word => Help.Description.Contains(word, StringComparison.Ordinal)));
    }

    [TestCase("")]
    [TestCase("explode")]
    [TestCase("answer 99")]
    [TestCase("answer many")]
    [TestCase("delay 5")]
    [TestCase("delay 5d")]
    [TestCase("delay -5s")]
    [TestCase("stuck for-ever")]
    public void OtherWordsAreNone(string words) => Assert.That(FaultGrammar.TryParse(words, out _), Is.False);

    [Test]
    public void AScriptIsReadFromJson()
    {
        var script = FaultScript.Parse("""
            {
              // Comments are for people.
              "rules": [
                { "operation": "create", "fault": "drop-response", "probability": 0.1, "tries": [1, 3], "promptContains": "cat" },
                { "operation": "task", "fault": "moderate" },
              ],
            }
            """);

        Assert.That(script.Rules.Select(rule => (rule.Operation, rule.Fault, rule.Probability, rule.PromptContains)), Is.EqualTo([
            (Operation.Create, (Fault)new Fault.DropResponse(), 0.1, "cat"),
            (Operation.Task, new Fault.FailTask("OutputVideoSensitiveContentDetected"), 1d, null),
        ]));
        Assert.That(script.Rules[0].Tries, Is.EqualTo([1, 3]));
        Assert.That(script.Rules[1].Tries, Is.Null);
    }

    [TestCase("""{"rules":[{"operation":"create","fault":"explode"}]}""")]
    [TestCase("""{"rules":[{"operation":"create"}]}""")]
    [TestCase("""{"rules":[{"operation":"dance","fault":"stuck"}]}""")]
    [TestCase("""{"rules":[{"operation":"task","fault":"stuck","probabilty":0.5}]}""")]
    [TestCase("null")]
    public void AMistakeInItIsNotOverlooked(string json) => Assert.That(() => FaultScript.Parse(json), Throws.InstanceOf<JsonException>());
}
