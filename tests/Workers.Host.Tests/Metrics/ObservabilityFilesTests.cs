using System.Text.Json;
using System.Text.RegularExpressions;
using Workers.Testing;

namespace Workers.Host.Tests.Metrics;

/// <summary>The rules for Prometheus and the dashboard for Grafana ask for metrics and labels that a process shows.</summary>
internal sealed partial class ObservabilityFilesTests
{
    /// <summary>Prometheus' own: whether a target answered.</summary>
    private static readonly string[] Own = ["up", "job", "instance", "le"];

    private static readonly HashSet<string> Language = new(StringComparer.Ordinal)
    {
        "abs", "absent", "and", "avg", "by", "changes", "clamp_min", "count", "delta", "histogram_quantile", "ignoring", "increase", "max", "max_over_time", "min", "on", "or", "rate", "sum",
        "time", "unless", "vector", "without", "group_left", "bool", "topk",
    };

    private static readonly string[] Told =
    [
        "workers_jobs{", "workers_jobs_waiting_age", "workers_attempts_due", "workers_round_tasks", "workers_failures", "status=\"429\"", "workers_account_creates_limit", "workers_cost", "workers_dead_letters",
    ];

    [Test]
    public async Task Each_rule_asks_for_what_there_is()
    {
        var rules = Rules();

        Assert.That(rules.Select(rule => rule.Name), Is.Unique.And.Not.Empty);
        foreach (var (name, expression) in rules)
        {
            Assert.That(await StrangersAsync(expression), Is.Empty, name);
        }
    }

    [Test]
    public async Task Each_panel_asks_for_what_there_is()
    {
        var panels = Panels();

        Assert.That(panels.Select(panel => panel.Title), Is.Unique.And.Not.Empty);
        foreach (var (title, expression) in panels.SelectMany(panel => panel.Expressions.Select(expression => (panel.Title, expression))))
        {
            Assert.That(await StrangersAsync(expression), Is.Empty, title);
        }
    }

    [Test]
    public void The_dashboard_shows_what_an_operator_asks_for()
    {
        var all = string.Join('\n', Panels().SelectMany(panel => panel.Expressions));

        Assert.That(Told.Where(word => !all.Contains(word, StringComparison.Ordinal)), Is.Empty);
    }

    [TestCase("sum by (bucket) (rate(workers_failures_total{provider=\"x\"}[5m])) > 3", "")]
    [TestCase("sum(workers_nonsense_total)", "workers_nonsense_total")]
    [TestCase("workers_failures", "workers_failures")]
    [TestCase("max by (jobid) (workers_jobs{state=\"Waiting\", tenant!=\"a\"})", "tenant, jobid")]
    public async Task What_there_is_not_is_seen(string expression, string strangers) => Assert.That(string.Join(", ", await StrangersAsync(expression)), Is.EqualTo(strangers));

    /// <summary>Names in an expression that are neither the language's, nor of a sample, nor of a label.</summary>
    internal static async Task<IReadOnlyList<string>> StrangersAsync(string expression)
    {
        var scrape = await FleetScrape.OfAsync();
        var plain = Quoted().Replace(expression, "\"\"");
        string[] labels = [.. Matcher().Matches(plain).Select(match => match.Groups[1].Value), .. Grouping().Matches(plain).SelectMany(match => match.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
        var rest = Span().Replace(Grouping().Replace(Selector().Replace(plain, " "), " "), " ");
        return
        [
            .. Name().Matches(rest).Select(match => match.Value).Where(name => !Language.Contains(name) && !scrape.Samples.Contains(name) && !Own.Contains(name))
                .Concat(labels.Where(label => !scrape.Labels.Contains(label) && !Own.Contains(label))).Distinct(),
        ];
    }

    /// <summary>Reads the form that the file has: YAML in which an alert's expression is one line, and any other line of a known kind.</summary>
    private static List<(string Name, string Expression)> Rules()
    {
        List<(string Name, string Expression)> rules = [];
        string? name = null;
        foreach (var line in File.ReadLines(Repository.PathOf("compose", "observability", "prometheus-rules.yaml")).Where(line => line.Trim().Length > 0))
        {
            Assert.That(KnownLine().IsMatch(line), Is.True, line);
            if (AlertLine().Match(line) is { Success: true } alert)
            {
                Assert.That(name, Is.Null, $"{name} has no expression.");
                name = alert.Groups[1].Value;
            }
            else if (ExpressionLine().Match(line) is { Success: true } expression)
            {
                rules.Add((name ?? throw new FormatException(line), expression.Groups[1].Value.Replace("''", "'", StringComparison.Ordinal)));
                name = null;
            }
        }

        Assert.That(name, Is.Null, $"{name} has no expression.");
        return rules;
    }

    internal static List<(string Title, string[] Expressions)> Panels()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("compose", "observability", "grafana-dashboard.json")));
        return
        [
            .. dashboard.RootElement.GetProperty("panels").EnumerateArray().Select(panel => (
                panel.GetProperty("title").GetString()!,
                panel.GetProperty("targets").EnumerateArray().Select(target => target.GetProperty("expr").GetString()!).ToArray())),
        ];
    }

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"[{,]\s*([a-zA-Z_]\w*)\s*(?:=~|!~|!=|=)")]
    private static partial Regex Matcher();

    [GeneratedRegex(@"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Selector();

    [GeneratedRegex(@"\[[^\]]*\]")]
    private static partial Regex Span();

    [GeneratedRegex(@"\b[a-zA-Z_]\w*")]
    private static partial Regex Name();

    [GeneratedRegex(@"^ *- alert: (\w+)$")]
    private static partial Regex AlertLine();

    [GeneratedRegex(@"^ *expr: '(.+)'$")]
    private static partial Regex ExpressionLine();

    [GeneratedRegex(@"^(?: *#.*|groups:| *- name: \w+| *rules:| *- alert: \w+| *expr: '(?:[^']|'')+'| *for: \d+[smhd]| *labels:| *severity: (?:warning|critical)| *annotations:| *(?:summary|description): '(?:[^']|'')+')$")]
    private static partial Regex KnownLine();
}
