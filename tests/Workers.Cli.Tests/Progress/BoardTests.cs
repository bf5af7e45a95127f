using Workers.Cli.Files;
using Workers.Cli.Progress;
using Workers.Cli.Tests.Support;

namespace Workers.Cli.Tests.Progress;

internal sealed class BoardTests
{
    private readonly JobLine _one = Lines.Of(1, "one");
    private readonly JobLine _two = Lines.Of(2, "two");

    [Test]
    public void TheRunEndsWhenEveryLineHas()
    {
        var board = new Board([_one, _two]);
        board.Heard(_one, new Answer.Rejected([]));
        Assert.That(board.Ended.IsCompleted, Is.False);

        board.Heard(_two, new Answer.Accepted(Duplicate: false));
        board.Saw(Lines.View(_two, "Succeeded"));
        Assert.That(board.Ended.IsCompleted, Is.True);
    }

    [Test]
    public void AJobMayEndBeforeItsSubmissionIsAnswered()
    {
        var board = new Board([_one]);
        board.Saw(Lines.View(_one, "Succeeded"));
        Assert.That(board.Ended.IsCompleted, Is.False);

        board.Heard(_one, new Answer.Accepted(Duplicate: false));
        Assert.That(board.Ended.IsCompleted, Is.True);
    }

    [Test]
    public void AnOlderWriteChangesNothing()
    {
        var board = new Board([_one]);
        board.Saw(Lines.View(_one, "Running", version: 3));
        board.Saw(Lines.View(_one, "Submitting", version: 2));

        Assert.That(board.Rows.Single().State, Is.EqualTo("Running"));
    }

    [Test]
    public void ChangesOfStateAreToldAndNothingElse()
    {
        List<string> told = [];
        var board = new Board([_one]) { Changed = row => told.Add(row.State) };
        board.Saw(Lines.View(_one, "Submitting", version: 1));
        board.Saw(Lines.View(_one, "Submitting", version: 2));
        board.Heard(_one, new Answer.Accepted(Duplicate: false));
        board.Saw(Lines.View(_one, "Running", version: 3));

        Assert.That(string.Join(' ', told), Is.EqualTo("Submitting Running"));
    }

    [Test]
    public void ARepeatThatIsExpectedEndsWithItsAnswer()
    {
        var repeat = Lines.Of(2, "one") with { Expected = new End(EndKind.Duplicate) };
        var board = new Board([_one, repeat]);
        board.Saw(Lines.View(_one, "Running"));
        Assert.That(board.Rows[1].State, Is.EqualTo("Sending"));

        board.Heard(repeat, new Answer.Accepted(Duplicate: true));
        Assert.That(board.Rows[1].End, Is.EqualTo(new End(EndKind.Duplicate)));
    }

    [Test]
    public void ARepeatThatShouldSucceedEndsWithTheJob()
    {
        var repeat = Lines.Of(2, "one");
        var board = new Board([_one, repeat]);
        board.Heard(repeat, new Answer.Accepted(Duplicate: true));
        board.Saw(Lines.View(_one, "Succeeded"));

        Assert.That(board.Rows[1].End, Is.EqualTo(End.Success));
    }

    [Test]
    public void ALineThatCanNotBeReadHasEndedBeforeItBegins()
    {
        var board = new Board([new JobLine { Number = 1, Submission = null, Expected = new End(EndKind.Rejected) }]);
        Assert.That(board.Ended.IsCompleted, Is.True);
    }
}
