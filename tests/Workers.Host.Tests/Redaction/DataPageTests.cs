using System.Globalization;
using System.IO.Enumeration;
using System.Text.RegularExpressions;
using Workers.Jobs.Retention;
using Workers.RabbitMq.Connections;
using Workers.RabbitMq.Delays;
using Workers.RabbitMq.Topology;
using Workers.Testing;

namespace Workers.Host.Tests.Redaction;

/// <summary>The page on data in src/README.md names each place where data is, and for how long.</summary>
internal sealed partial class DataPageTests
{
    private static readonly string[][] Rows =
    [
        .. File.ReadLines(Repository.PathOf("src", "README.md"))
            .SkipWhile(line => line != "## Where data is")
            .Where(line => line.StartsWith('|'))
            .Skip(2)
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries)[1..^1]),
    ];

    private static readonly string[] Places = [.. Rows.SelectMany(row => Names().Matches(row[0])).Select(match => match.Groups[1].Value)];

    [Test]
    public void Each_row_says_what_who_and_for_how_long() => Assert.That(Rows, Is.Not.Empty.And.All.Length.EqualTo(4).And.All.All.Not.Empty);

    [Test]
    public void Each_queue_is_in_one_row()
    {
        var options = new RabbitMqOptions();
        var queues = new FleetTopology(options, new DelayLadder(options)).Queues.Select(queue => queue.Name).ToList();

        Assert.That(queues.Where(queue => Places.Count(place => FileSystemName.MatchesSimpleExpression(place, queue, ignoreCase: false)) != 1), Is.Empty);
        Assert.That(Places.Where(place => place.StartsWith("workers-", StringComparison.Ordinal) && place != FleetTopology.Events && !queues.Exists(queue => FileSystemName.MatchesSimpleExpression(place, queue, ignoreCase: false))), Is.Empty, "no such queue");
    }

    /// <summary>The corpus has a document of each collection.</summary>
    [Test]
    public void Each_collection_is_in_one_row()
    {
        var collections = Directory.GetFiles(Repository.PathOf("tests", "Workers.MongoDb.Tests", "Documents", "Corpus"), "*.json", SearchOption.AllDirectories)
            .Select(file => Path.GetFileName(file).Split('.')[0])
            .Distinct();

        Assert.That(Places.Where(place => place.All(char.IsAsciiLetterLower)), Is.EquivalentTo(collections));
    }

    [Test]
    public void Each_time_of_retention_stands_with_its_default()
    {
        var options = new RetentionOptions();
        var times = typeof(RetentionOptions).GetProperties()
            .Where(property => property.Name.StartsWith("Keep", StringComparison.Ordinal))
            .Select(property => string.Create(CultureInfo.InvariantCulture, $"`Retention:{property.Name}` {((TimeSpan)property.GetValue(options)!).Days} days"))
            .ToList();

        Assert.That(times, Is.Not.Empty);
        Assert.That(times.Where(time => Rows.Count(row => row[3].Contains(time, StringComparison.Ordinal)) != 1), Is.Empty);
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Names();
}
