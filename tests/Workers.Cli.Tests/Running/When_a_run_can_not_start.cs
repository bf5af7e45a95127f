using System.Text.Json;
using Workers.Cli.Tests.Support;

namespace Workers.Cli.Tests.Running;

internal sealed class When_a_run_can_not_start : CliTest
{
    [Test]
    public async Task An_unknown_file_is_named()
    {
        Assert.That(await RunAsync("nowhere.jsonl"), Is.EqualTo(ExitCode.NotRun));
        Assert.That(Error.ToString(), Does.StartWith("There is no file nowhere.jsonl (looked for /"));
    }

    [Test]
    public async Task All_bad_lines_are_told_at_once_and_nothing_is_submitted()
    {
        var file = Jobs(Job("fine"), "{", """{"tenantId":5,"expectedEnd":"rejected"}""", """{"tenantid2":"a"}""");

        Assert.That(await RunAsync(file), Is.EqualTo(ExitCode.NotRun));
        Assert.That(Error.ToString(), Does.Contain($"{file}:2: the line: ").And.Contain($"{file}:4: tenantid2: ").And.Not.Contain($"{file}:3:"));
        Assert.That(Output.ToString(), Is.Empty);
        Assert.That(Directory.Exists(Results), Is.False);
    }

    [Test]
    public async Task The_document_tells_why()
    {
        Assert.That(await RunAsync("nowhere.jsonl", "--output", "json"), Is.EqualTo(ExitCode.NotRun));

        using var document = JsonDocument.Parse(Output.ToString());
        Assert.That(document.RootElement.GetProperty("exitCode").GetInt32(), Is.EqualTo(ExitCode.NotRun));
        Assert.That(document.RootElement.GetProperty("problems")[0].GetString(), Does.Contain("nowhere.jsonl"));
    }

    [Test]
    public async Task A_real_provider_is_refused_without_a_word_of_acceptance()
    {
        Assert.That(await CliAsync("run", Jobs(Job("one")), "--provider", "https://ark.example.com/api/v3/", "--api-key-file", Write("key", "k")), Is.EqualTo(ExitCode.NotRun));
        Assert.That(Error.ToString(), Does.Contain("--ephemeral"));
    }

    [Test]
    public async Task A_real_provider_can_not_reach_the_simulators_samples()
    {
        var file = Jobs("""{"tenantId":"acme","provider":"seedance","input":{"model":"m","references":[{"uri":"{simulator}samples/first.png"}]}}""");

        Assert.That(await CliAsync("run", file, "--provider", "http://127.0.0.1:9/api/v3/", "--api-key-file", Write("key", "k")), Is.EqualTo(ExitCode.NotRun));
        Assert.That(Error.ToString(), Does.Contain($"{file}:1: {{simulator}}"));
    }

    [Test]
    public async Task A_provider_without_a_key_is_refused_with_the_settings_name()
    {
        Assert.That(await CliAsync("run", Jobs(Job("one")), "--provider", "http://127.0.0.1:9/api/v3/"), Is.EqualTo(ExitCode.NotRun));
        Assert.That(Error.ToString(), Does.Contain("Accounts:main").And.Contain("ApiKey"));
    }

    [Test]
    public async Task A_wrong_fault_script_is_refused()
    {
        Assert.That(await RunAsync(Jobs(Job("one")), "--faults", Write("faults.json", """{"rules":[{"operation":"dance"}]}""")), Is.EqualTo(ExitCode.NotRun));
        Assert.That(Error.ToString(), Does.Contain("faults.json"));
    }

    [TestCase("--time-scale", "0")]
    [TestCase("--time-scale", "fast")]
    [TestCase("--output", "xml")]
    [TestCase("--provider", "ftp://example.com")]
    [TestCase("--logs", "Loud")]
    public async Task A_wrong_option_is_refused(string option, string value)
    {
        Assert.That(await CliAsync("run", Jobs(Job("one")), option, value), Is.EqualTo(ExitCode.NotRun));
        Assert.That(Error.ToString(), Does.Contain(value).Or.Contain(option));
    }

    [TestCase("run")]
    [TestCase("check")]
    public async Task Help_shows_examples(string command)
    {
        Assert.That(await CliAsync(command, "--help"), Is.Zero);
        Assert.That(Output.ToString(), Does.Contain($"  workers {command} jobs.jsonl"));
    }
}
