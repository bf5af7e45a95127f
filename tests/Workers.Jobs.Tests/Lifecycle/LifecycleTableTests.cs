using Microsoft.Extensions.Options;
using Workers.Jobs.Lifecycle;
using Workers.Providers;
using Workers.Providers.Accounts;

namespace Workers.Jobs.Tests.Lifecycle;

/// <summary>The picture and the table in src/README.md say what the machine does. Whoever changes the machine copies what the failing test prints.</summary>
internal sealed class LifecycleTableTests
{
    private const string New = "Initial";

    private static readonly string[] States = [New, "Waiting", "Submitting", "Running", "Retrieving", "Cancelling", "Blocked", "Succeeded", "Failed", "Cancelled"];

    private readonly IReadOnlyDictionary<(string State, string Message), SortedSet<string>> _transitions = Transitions.Of(new JobLifecycle(new JobSteps(
        Options.Create(new LifecycleOptions()), Options.Create(new SweepOptions()), Options.Create(new AccountsOptions()), TimeProvider.System, new Chance(1))));

    [Test]
    public void TheTableIsTheMachines() => TheReadmeShouldHave(Table());

    [Test]
    public void ThePictureIsTheMachines() => TheReadmeShouldHave(Picture());

    [Test]
    public void EveryStateIsInBoth() => Assert.That(_transitions.Keys.Select(found => found.State).Distinct(), Is.EquivalentTo(States));

    [Test]
    public void NoMessageLeadsOutOfAnEnd() =>
        Assert.That(_transitions.Where(found => found.Key.State is "Succeeded" or "Failed" or "Cancelled").SelectMany(found => found.Value), Is.Empty);

    /// <summary>A row for each message, a column for each state.</summary>
    private IEnumerable<string> Table() =>
    [
        $"| message | {string.Join(" | ", States.Select(state => state == New ? "no job" : state))} |",
        $"|---|{string.Concat(States.Select(_ => "---|"))}",
        .. Messages().Select(message => $"| `{message}` | {string.Join(" | ", States.Select(state => Cell(state, message)))} |"),
    ];

    private string Cell(string state, string message) => _transitions.TryGetValue((state, message), out var next)
        ? next.Count == 0 ? "stays" : string.Join(", ", next)
        : "-";

    /// <summary>An arrow for each two states, with the messages that lead from one to the other.</summary>
    private IEnumerable<string> Picture() =>
        from found in _transitions
        from next in found.Value
        group found.Key.Message by (found.Key.State, Next: next) into arrow
        orderby Array.IndexOf(States, arrow.Key.State), Array.IndexOf(States, arrow.Key.Next)
        select $"    {(arrow.Key.State == New ? "[*]" : arrow.Key.State)} --> {arrow.Key.Next}: {string.Join(", ", arrow.Order(StringComparer.Ordinal))}";

    private IEnumerable<string> Messages() => _transitions.Keys
        .OrderBy(found => Array.IndexOf(States, found.State)).Select(found => found.Message).Distinct();

    private static void TheReadmeShouldHave(IEnumerable<string> lines)
    {
        var expected = string.Join('\n', lines);
        Assert.That(File.ReadAllText(Readme()).Contains(expected, StringComparison.Ordinal), Is.True, $"src/README.md should have:\n{expected}");
    }

    private static string Readme()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "src", "README.md")))
        {
            folder = folder.Parent ?? throw new FileNotFoundException("There is no src/README.md above the tests.");
        }

        return Path.Combine(folder.FullName, "src", "README.md");
    }
}
