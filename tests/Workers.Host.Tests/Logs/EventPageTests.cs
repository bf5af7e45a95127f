using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Logging;
using Workers.Host.Starting;
using Workers.Jobs;
using Workers.MongoDb;
using Workers.Providers;
using Workers.RabbitMq;
using Workers.Testing;

namespace Workers.Host.Tests.Logs;

/// <summary>The table of events in src/README.md says what the code can log.</summary>
internal sealed class EventPageTests
{
    private static readonly Assembly[] Fleet =
    [
        typeof(FleetHost).Assembly, typeof(Roles).Assembly, typeof(MongoDbRegistration).Assembly, typeof(ProvidersRegistration).Assembly, typeof(RabbitMqRegistration).Assembly,
    ];

    /// <summary>Those whose level is decided each time.</summary>
    private static readonly Dictionary<int, string> Either = new() { [1043] = "Information or Warning", [5101] = "Warning or Error" };

    [Test]
    public void Each_event_of_the_code_is_on_the_page_and_no_other()
    {
        var page = File.ReadLines(Repository.PathOf("src", "README.md"))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length == 6 && int.TryParse(cells[1], NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id >= 1000)
            .Select(cells => $"{cells[1]} {cells[2]} {cells[3]}");

        Assert.That(page, Is.EqualTo(Events().OrderBy(one => one.Id).Select(one => one.Text)), "in the order of their ids");
    }

    [Test]
    public void No_two_events_share_an_id() => Assert.That(Events().Select(one => one.Id), Is.Unique);

    private static IEnumerable<(int Id, string Text)> Events() =>
        from assembly in Fleet
        from type in assembly.GetTypes()
        from method in type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        let logged = method.GetCustomAttribute<LoggerMessageAttribute>()
        where logged is not null
        select (logged.EventId, string.Create(CultureInfo.InvariantCulture, $"{logged.EventId} {(logged.Level == LogLevel.None ? Either[logged.EventId] : logged.Level)} {method.Name["Log".Length..]}"));
}
