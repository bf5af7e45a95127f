using Workers.Host.Telemetry;

namespace Workers.Host.Tests.Logs;

/// <summary>Who may write to which of the files that wait for Seq.</summary>
internal sealed class SeqBufferTests : IDisposable
{
    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("workers-buffer-").FullName, "made");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Test]
    public void No_two_processes_have_the_same_files()
    {
        using SeqBuffer one = new(), another = new();

        Assert.That(one.Take(_folder), Is.EqualTo(Path.Combine(_folder, "seq-0")));
        Assert.That(another.Take(_folder), Is.EqualTo(Path.Combine(_folder, "seq-1")));
    }

    [Test]
    public void The_files_of_one_that_is_gone_are_taken_over_by_the_next()
    {
        using SeqBuffer one = new(), another = new(), next = new();
        var left = one.Take(_folder);
        another.Take(_folder);

        one.Dispose();

        Assert.That(next.Take(_folder), Is.EqualTo(left));
    }
}
