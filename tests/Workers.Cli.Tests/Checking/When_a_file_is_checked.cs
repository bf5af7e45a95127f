using Workers.Cli.Tests.Support;

namespace Workers.Cli.Tests.Checking;

internal sealed class When_a_file_is_checked : CliTest
{
    [Test]
    public async Task A_sound_file_passes()
    {
        Assert.That(await CliAsync("check", Jobs(Job("one"), Job("one"), Job("two"))), Is.EqualTo(ExitCode.AsExpected));
        Assert.That(Output.ToString(), Does.Contain("3 lines, 0 of them wrong"));
    }

    [Test]
    public async Task Faults_of_all_kinds_are_told_per_line()
    {
        var file = Jobs(
            "{",
            Job("bad key"),
            Job("one").Replace("480p", "9k", StringComparison.Ordinal),
            Job("two"),
            Job("two", "Something else."));

        Assert.That(await CliAsync("check", file), Is.EqualTo(ExitCode.Otherwise));
        Assert.That(Error.ToString(), Does.Contain($"{file}:1: the line: ")
            .And.Contain($"{file}:2: idempotencyKey: ")
            .And.Contain($"{file}:3: input.parameters.resolution: ")
            .And.Contain($"{file}:5: idempotencyKey: a key belongs to one input")
            .And.Not.Contain($"{file}:4:"));
        Assert.That(Output.ToString(), Does.Contain("5 lines, 4 of them wrong"));
    }

    [TestCase("\"duration\":4,\"Duration\":5", "input.parameters.(a name of 8 characters)")]
    [TestCase("\"\":1", "input.parameters.(a name of 0 characters)")]
    [TestCase("\"duration\":1e999", "input.parameters.(a name of 8 characters)")]
    public async Task What_no_worker_could_read_is_told_by_field(string parameters, string field)
    {
        var file = Jobs(Job("one").Replace("\"duration\":4", parameters, StringComparison.Ordinal));

        Assert.That(await CliAsync("check", file), Is.EqualTo(ExitCode.Otherwise));
        Assert.That(Error.ToString(), Does.Contain($"{file}:1: {field}: "));
    }

    [Test]
    public async Task A_whole_number_with_a_point_and_nulls_pass()
    {
        var file = Jobs(Job("one").Replace("\"duration\":4", "\"duration\":5.0,\"seed\":null", StringComparison.Ordinal));

        Assert.That(await CliAsync("check", file), Is.EqualTo(ExitCode.AsExpected), Error.ToString());
    }

    [Test]
    public async Task Faults_that_the_file_expects_are_told_and_pass()
    {
        var file = Jobs(Job("bad key", end: "rejected"), Job("one", end: "blocked:Validation").Replace("480p", "9k", StringComparison.Ordinal));

        Assert.That(await CliAsync("check", file), Is.EqualTo(ExitCode.AsExpected));
        Assert.That(Output.ToString(), Does.Contain("[expected: rejected]").And.Contain("[expected: blocked:Validation]"));
    }

    [Test]
    public async Task An_unknown_file_is_named() => Assert.That(await CliAsync("check", "nowhere.jsonl"), Is.EqualTo(ExitCode.NotRun));
}
