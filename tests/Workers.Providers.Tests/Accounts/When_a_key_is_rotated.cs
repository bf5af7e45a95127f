using Workers.Contracts;
using Workers.Providers.Tests.Support;

namespace Workers.Providers.Tests.Accounts;

internal sealed class When_a_key_is_rotated
{
    private readonly string _file = Path.Combine(TestContext.CurrentContext.WorkDirectory, Path.GetRandomFileName());
    private readonly ScriptedArk _ark = new();
    private ProviderHost _host = null!;
    private int _writes;

    [SetUp]
    public void Start()
    {
        _ark.Answers(Some.Task());
        _host = new ProviderHost(_ark, settings: new Dictionary<string, string?> { ["Accounts:main:ApiKey"] = "", ["Accounts:main:ApiKeyFile"] = _file });
    }

    [TearDown]
    public void Stop()
    {
        _host.Dispose();
        File.Delete(_file);
    }

    private void Write(string key)
    {
        File.WriteAllText(_file, key);

        // The clock of the file system may be coarser than this test is fast.
        File.SetLastWriteTimeUtc(_file, DateTime.UnixEpoch.AddHours(++_writes));
    }

    private async Task<string> KeySent()
    {
        await _host.Seedance.GetAsync(ProviderHost.Account, "cgt-1", CancellationToken.None);
        return _ark.Calls[^1].Authorization;
    }

    [Test]
    public async Task The_next_call_sends_the_new_one()
    {
        Write("first\n");
        Assert.That(await KeySent(), Is.EqualTo("Bearer first"));

        Write("second\n");
        Assert.That(await KeySent(), Is.EqualTo("Bearer second"));
    }

    [Test]
    public async Task The_old_one_serves_on_while_the_file_is_away_or_empty()
    {
        Write("first");
        await KeySent();

        File.Delete(_file);
        Assert.That(await KeySent(), Is.EqualTo("Bearer first"));

        Write("");
        Assert.That(await KeySent(), Is.EqualTo("Bearer first"));
    }

    [TestCase(null)]
    [TestCase("two words")]
    [TestCase("two\nlines")]
    public async Task Without_a_usable_one_nothing_is_sent_and_the_account_is_paused(string? key)
    {
        if (key is not null)
        {
            Write(key);
        }

        var outcome = await _host.Seedance.CreateAsync(Some.Create(), CancellationToken.None);
        var read = Assert.ThrowsAsync<ProviderUnavailableException>(KeySent)!;

        Assert.That(outcome, Is.InstanceOf<CreateOutcome.NotCreated>());
        Assert.That(((CreateOutcome.NotCreated)outcome).Failure, Is.EqualTo(read.Failure));
        Assert.That((read.Failure.Bucket, read.Failure.Disposition, read.Failure.Code), Is.EqualTo((FailureBucket.Auth, Disposition.PauseAccount, "KeyMissing")));
        Assert.That(_ark.Calls, Is.Empty);
    }
}
