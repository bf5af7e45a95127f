using Workers.Cli.Files;
using Workers.Cli.Tests.Support;

namespace Workers.Cli.Tests.Files;

internal sealed class When_a_file_is_read : CliTest
{
    [Test]
    public async Task Blank_lines_and_comments_are_passed_over_and_counted()
    {
        var lines = await JobFile.ReadAsync(Jobs("// a comment", "", Job("one"), "   ", "  // another", Job("two")), CancellationToken.None);

        Assert.That(lines.Select(line => (line.Number, line.Name)), Is.EqualTo(new[] { (3, "one"), (6, "two") }));
    }

    [Test]
    public void A_file_without_jobs_is_refused() =>
        Assert.That(() => JobFile.ReadAsync(Jobs("// nothing"), CancellationToken.None), Throws.InstanceOf<CannotStartException>().With.Message.Contains("no jobs"));

    [Test]
    public void A_folder_is_no_file() =>
        Assert.That(() => JobFile.ReadAsync(Path.GetTempPath(), CancellationToken.None), Throws.InstanceOf<CannotStartException>().With.Message.Contains("a folder"));
}
