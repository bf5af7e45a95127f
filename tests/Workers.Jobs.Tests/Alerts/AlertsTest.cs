using System.Collections.Concurrent;
using System.Globalization;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Workers.Contracts;
using Workers.Jobs.Alerts;
using Workers.Jobs.Failures;
using Workers.Providers;
using Workers.Providers.Accounts;
using Workers.Testing;

namespace Workers.Jobs.Tests.Alerts;

/// <summary>Stores, a clock that stands until it is moved, a bus that notes what is published, and histories: what happens in each minute, before the look at its end.</summary>
internal abstract class AlertsTest
{
    protected static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>A Thursday.</summary>
    private static readonly DateTimeOffset Start = Some.Time;

    private ServiceProvider _services = null!;
    private readonly PublishedAlerts _published = new();
    private readonly ConcurrentQueue<string> _lines = [];
    private AlertLook? _look;

    protected AlertsTest() => Options.Rules.Clear();

    protected Workers.Testing.Fleet.Stores Stores { get; } = new();

    protected AlertOptions Options { get; } = new();

    protected AccountsOptions Accounts { get; } = new();

    protected DateTimeOffset Now { get; set; } = Start;

    /// <summary>What reads fail with in the minutes of a history that are marked <c>?</c>.</summary>
    protected bool IsStoreAway { get; private set; }

    /// <summary>Publishing fails, as without a broker.</summary>
    protected bool IsBrokerAway { set => _published.IsAway = value; }

    /// <summary>What was published: the minute, what it is, which alert, the value.</summary>
    protected IReadOnlyList<string> Told => [.. _published.All.Select(one => Line(one.Message))];

    protected IReadOnlyList<(Guid? MessageId, object Message)> Published => _published.All;

    /// <summary>The ids of the events in the log.</summary>
    protected IReadOnlyList<string> Logged => [.. _lines];

    [SetUp]
    public Task StartBus()
    {
        _services = new ServiceCollection().AddLogging().AddMassTransit(bus => bus.UsingInMemory()).BuildServiceProvider(true);
        _services.GetRequiredService<IBus>().ConnectPublishObserver(_published);
        return _services.GetRequiredService<IBusControl>().StartAsync();
    }

    [TearDown]
    public async Task StopBus()
    {
        await _services.GetRequiredService<IBusControl>().StopAsync();
        await _services.DisposeAsync();
    }

    protected void Rule(string name, AlertRule rule) => Options.Rules[name] = rule;

    /// <summary>One look, by this process.</summary>
    protected Task LookAsync() => (_look ??= NewLook()).LookAsync(Now, default);

    /// <summary>Another process begins where this one ended: nothing is remembered but what is stored.</summary>
    protected void Restart() => _look = null;

    /// <summary>A process of its own, on stores of the test's.</summary>
    protected AlertLook NewLook(IAlerts? alerts = null)
    {
        var options = Microsoft.Extensions.Options.Options.Create(Options);
        var readings = new AlertReadings(
            Unsure.Of(Stores.Jobs, () => IsStoreAway), Unsure.Of(Stores.Failures, () => IsStoreAway), Unsure.Of(Stores.Costs, () => IsStoreAway), Unsure.Of(Stores.Accounts, () => IsStoreAway),
            Stores.Attempts, options, Microsoft.Extensions.Options.Options.Create(Accounts));
        var teller = new AlertTeller(alerts ?? Stores.Alerts, _services.GetRequiredService<IBus>(), new NotedLines<AlertTeller>(_lines));
        return new AlertLook(alerts ?? Stores.Alerts, readings, teller, options, new Chance());
    }

    /// <summary>
    /// Lets minutes pass, a word for each: a number is given to <paramref name="happen"/> before the look at the minute's end; <c>?</c>: the store can't be read; <c>-</c>: no process looks;
    /// <c>R</c> before it: another process begins.
    /// </summary>
    protected async Task PassAsync(string history, Func<int, Task> happen)
    {
        foreach (var word in history.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            Now += Minute;
            if (word[0] == 'R')
            {
                Restart();
            }

            switch (word.TrimStart('R'))
            {
                case "-":
                    break;

                case "?":
                    IsStoreAway = true;
                    Assert.ThrowsAsync<TimeoutException>(LookAsync);
                    IsStoreAway = false;
                    break;

                case var number:
                    await happen(int.Parse(number, CultureInfo.InvariantCulture));
                    await LookAsync();
                    break;
            }
        }
    }

    /// <summary>That many failures, now.</summary>
    protected async Task FailAsync(int count, FailureBucket bucket = FailureBucket.Quota, Func<Failure, Failure>? change = null)
    {
        for (var number = 0; number < count; number++)
        {
            var failure = Some.Failure() with { Bucket = bucket, At = Now };
            await Stores.Failures.RecordAsync(change?.Invoke(failure) ?? failure, default);
        }
    }

    /// <summary>How an alert stands.</summary>
    protected async Task<Alert> AlertAsync(string id) => (await Stores.Alerts.AllAsync(default)).Single(alert => alert.Id == id);

    /// <summary>The words of a history's expected end.</summary>
    protected static string[] Words(string expected) => expected.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string Line(object message) => message switch
    {
        AlertFiring firing => Line(firing.At, "fires", firing.Rule, firing.Subject, firing.Value),
        AlertResolved resolved => Line(resolved.At, "resolved", resolved.Rule, resolved.Subject, resolved.Value),
        _ => $"{message}",
    };

    private static string Line(DateTimeOffset at, string what, string rule, string? subject, decimal value) =>
        string.Create(CultureInfo.InvariantCulture, $"{(at - Start).TotalMinutes:0} {what} {AlertJudge.IdOf(rule, subject)} {value:0.##}");
}

/// <summary>What is published, once that is done.</summary>
internal sealed class PublishedAlerts : IPublishObserver
{
    private readonly ConcurrentQueue<(Guid? MessageId, object Message)> _all = [];

    public bool IsAway { get; set; }

    public IReadOnlyList<(Guid? MessageId, object Message)> All => [.. _all];

    public Task PrePublish<T>(PublishContext<T> context)
        where T : class => IsAway ? throw new TimeoutException("The broker is away.") : Task.CompletedTask;

    public Task PostPublish<T>(PublishContext<T> context)
        where T : class
    {
        _all.Enqueue((context.MessageId, context.Message));
        return Task.CompletedTask;
    }

    public Task PublishFault<T>(PublishContext<T> context, Exception exception)
        where T : class => Task.CompletedTask;
}

/// <summary>The level and id of each line that is logged.</summary>
internal sealed class NotedLines<T>(ConcurrentQueue<string> lines) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        lines.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{logLevel} {eventId.Id}"));
}
