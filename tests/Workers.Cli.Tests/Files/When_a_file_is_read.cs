using System.Text;
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

    [TestCase("utf-8")]
    [TestCase("utf-16")]
    [TestCase("utf-16BE")]
    public async Task A_file_that_a_Windows_editor_wrote_is_read(string encoding)
    {
        var file = Jobs("");
        await File.WriteAllTextAsync(file, $"{Job("one")}\r\n\r\n{Job("two")}\r\n", Encoding.GetEncoding(encoding)); // with a byte order mark

        Assert.That((await JobFile.ReadAsync(file, CancellationToken.None)).Select(line => (line.Number, line.Faults.Count)), Is.EqualTo(new[] { (1, 0), (3, 0) }));
    }

    [Test]
    public void A_file_without_jobs_is_refused() =>
        Assert.That(() => JobFile.ReadAsync(Jobs("// nothing"), CancellationToken.None), Throws.InstanceOf<CannotStartException>().With.Message.Contains("no jobs"));

    [Test]
    public void A_folder_is_no_file() =>
        Assert.That(() => JobFile.ReadAsync(Path.GetTempPath(), CancellationToken.None), Throws.InstanceOf<CannotStartException>().With.Message.Contains("a folder"));
}
