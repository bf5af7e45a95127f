using System.Text.Json;
using Workers.Contracts;
using Workers.Testing.Fleet;

namespace Workers.Jobs.Tests.Lifecycle;

/// <summary>What breaks a rule makes no job: the answer names the field, the rule and the fix, and repeats nothing of what was said.</summary>
internal sealed class When_a_submission_breaks_the_contract : FleetTest
{
    private const string Canary = "canary 7f3a";
    private const string NameRule = "1 to 64 letters, digits, dots, underscores and dashes, the first a letter or digit";

    private static readonly Reference Image = new() { Uri = $"https://example.com/{Canary}.png", Kind = "image", Role = Canary };

    private static readonly string Long = string.Concat(Enumerable.Repeat(Canary, 2_000));

    private static IEnumerable<TestCaseData> Faults()
    {
        yield return Broken("tenantId", $"tenantId has {NameRule}", "Give such a name.", sound => sound with { TenantId = null });
        yield return Broken("tenantId", $"tenantId has {NameRule}", "Give such a name.", sound => sound with { TenantId = Canary });
        yield return Broken("tenantId", $"tenantId has {NameRule}", "Give such a name.", sound => sound with { TenantId = new string('a', 65) });
        yield return Broken("idempotencyKey", $"idempotencyKey has {NameRule}", "Give such a name, or leave it out.", sound => sound with { IdempotencyKey = Canary });
        yield return Broken("idempotencyKey", $"idempotencyKey has {NameRule}", "Give such a name, or leave it out.", sound => sound with { IdempotencyKey = "" });
        yield return Broken("userId", "a user is named in 1 to 256 characters", "Shorten it, or leave it out.", sound => sound with { UserId = Long });
        yield return Broken("userId", "a user is named in 1 to 256 characters", "Shorten it, or leave it out.", sound => sound with { UserId = "" });
        yield return Broken("provider", "provider is one of: seedance", "Name one of these.", sound => sound with { Provider = Canary });
        yield return Broken("provider", "provider is one of: seedance", "Name one of these.", sound => sound with { Provider = null });
        yield return Broken("input", "a submission has an input", "Give the model, the prompt and the references under \"input\".", sound => sound with { Input = null });
        yield return BrokenInput("input.model", "a model is named in 1 to 128 characters", "Name one of the provider's models.", input => input with { Model = " " });
        yield return BrokenInput("input.model", "a model is named in 1 to 128 characters", "Name one of the provider's models.", input => input with { Model = Long });
        yield return BrokenInput("input.prompt", "a prompt has at most 20000 characters", "Shorten it, and pass large things by reference.", input => input with { Prompt = Long });
        yield return BrokenInput("input.references", "there are at most 64 references", "Leave some out.", input => input with { References = [.. Enumerable.Repeat(Image, 65)] });
        yield return BrokenReference("uri", "a reference has a uri or an objectKey", "Give exactly one of the two.", Image with { ObjectKey = Canary });
        yield return BrokenReference("uri", "a reference has a uri or an objectKey", "Give exactly one of the two.", Image with { Uri = null });
        yield return BrokenReference("kind", "kind is image, video or audio", "Name one of the three.", Image with { Kind = Canary });
        yield return BrokenReference("length", "length is a number of bytes", "Give the size, or leave it out.", Image with { Length = -1 });
        yield return BrokenReference("durationSeconds", "durationSeconds is a number of seconds", "Give the duration, or leave it out.", Image with { DurationSeconds = -0.5 });
        yield return BrokenReference("checksum", "checksum is a SHA-256 in hexadecimal", "Give its 64 digits, or leave it out.", Image with { Checksum = Canary });
        yield return BrokenInput("input.parameters", "there are at most 64 parameters", "Leave some out.",
            input => input with { Parameters = Enumerable.Range(0, 65).ToDictionary(i => $"{Canary} {i}", _ => Json(1)) });
        yield return BrokenInput("input.parameters", "a parameter's value has at most 2000 characters", "Pass large things by reference.",
            input => input with { Parameters = new Dictionary<string, JsonElement> { [Canary] = Json(Long) } });
        yield return BrokenExpectation("minBytes", "0 <= minBytes <= maxBytes", "Correct the two numbers.", new() { MinBytes = 2, MaxBytes = 1 });
        yield return BrokenExpectation("minBytes", "0 <= minBytes <= maxBytes", "Correct the two numbers.", new() { MinBytes = -1 });
        yield return BrokenExpectation("sha256", "sha256 is a SHA-256 in hexadecimal", "Give its 64 digits, or leave it out.", new() { Sha256 = Canary });
        yield return BrokenExpectation("mediaTypes", "media types look like video/mp4", "Correct or leave out that value.", new() { MediaTypes = ["video/mp4", Canary] });
        yield return Broken("deadline", "a deadline lies in the future, at most 7.00:00:00 ahead", "Give such a time in UTC, or leave it out.",
            sound => sound with { Deadline = DateTimeOffset.UnixEpoch });
        yield return Broken("deadline", "a deadline lies in the future, at most 7.00:00:00 ahead", "Give such a time in UTC, or leave it out.",
            sound => sound with { Deadline = DateTimeOffset.MaxValue });
        yield return Broken("tags", "there are at most 16 tags", "Leave some out.", sound => sound with { Tags = [.. Enumerable.Repeat("tag", 17)] });
        yield return Broken("tags[1]", $"tags[1] has {NameRule}", "Give such a name.", sound => sound with { Tags = ["tag", Canary] });
    }

    /// <remarks>In memory alone: no server has a part in which rule it is. That an answer comes over a broker, the other facts show.</remarks>
    [TestCaseSource(nameof(Faults))]
    [Category("Rules")]
    public async Task It_is_rejected_with_the_field_the_rule_and_the_fix(string field, string rule, string fix, Func<SubmitJob, SubmitJob> damage)
    {
        await StartFleet();
        var submission = damage(Sound());

        var jobId = await Submit(submission);

        var rejected = await Heard<SubmissionRejected>(e => e.CorrelationId == jobId);
        var fault = rejected.Faults.Single();
        Assert.That((fault.Field, fault.Rule, fault.Fix), Is.EqualTo((field, rule, fix)));
        Assert.That(JsonSerializer.Serialize(rejected), Does.Not.Contain("canary"), "nothing of what was said is repeated");
        Assert.That(await Find(jobId), Is.Null);
        TasksShouldBe(0);
    }

    [Test]
    public async Task All_its_faults_are_told_at_once()
    {
        await StartFleet();

        var jobId = await Submit(new SubmitJob());

        var rejected = await Heard<SubmissionRejected>(e => e.CorrelationId == jobId);
        Assert.That(rejected.Faults.Select(fault => fault.Field), Is.EqualTo(AllThatIsRequired));
        Assert.That(rejected.Faults.Select(fault => fault.Found), Is.All.EqualTo("missing"));
    }

    [Test]
    public async Task A_tenant_that_no_account_pays_for_is_told_so()
    {
        Settings["Accounts:main:Tenants:0"] = "globex";
        await StartFleet();

        var jobId = await Submit(Sound());

        var fault = (await Heard<SubmissionRejected>(e => e.CorrelationId == jobId)).Faults.Single();
        Assert.That((fault.Field, fault.Rule), Is.EqualTo(("tenantId", "an account at seedance pays for each tenant")));
        Assert.That(await Find(jobId), Is.Null);
    }

    private static readonly string[] AllThatIsRequired = ["tenantId", "provider", "input"];

    /// <summary>Sound, and full of what must not be repeated.</summary>
    private static SubmitJob Sound() => Submission($"a lighthouse, {Canary}") with { UserId = Canary };

    private static TestCaseData Broken(string field, string rule, string fix, Func<SubmitJob, SubmitJob> damage) =>
        new TestCaseData(field, rule, fix, damage).SetArgDisplayNames(field, rule);

    private static TestCaseData BrokenInput(string field, string rule, string fix, Func<JobInput, JobInput> damage) =>
        Broken(field, rule, fix, sound => sound with { Input = damage(sound.Input!) });

    private static TestCaseData BrokenReference(string member, string rule, string fix, Reference reference) =>
        BrokenInput($"input.references[0].{member}", rule, fix, input => input with { References = [reference] });

    private static TestCaseData BrokenExpectation(string member, string rule, string fix, ResultExpectation expect) =>
        Broken($"expect.{member}", rule, fix, sound => sound with { Expect = expect });

    private static JsonElement Json(object value) => JsonSerializer.SerializeToElement(value);
}
