using Workers.Testing;

namespace Workers.Host.Tests.Metrics;

/// <summary>The table of metrics in src/README.md says what the code measures, and no label has more values than the configuration or the code lists.</summary>
internal sealed class MetricsPageTests
{
    /// <summary>Each with what bounds it. A label that is not here needs a reason to be.</summary>
    private static readonly Dictionary<string, string> Bounded = new()
    {
        ["account"] = "the configuration",
        ["bucket"] = "FailureBucket",
        ["currency"] = "the providers' price lists",
        ["kind"] = "estimated, actual",
        ["operation"] = "the calls of the code",
        ["outcome"] = "the words of the code",
        ["provider"] = "the providers of the code",
        ["queue"] = "the topology",
        ["reason"] = "DeadLetterReason",
        ["state"] = "the lifecycle",
        ["status"] = "HTTP's, and the causes of HttpFault",
        ["way"] = "LookWay",
    };

    [Test]
    public async Task Each_metric_of_the_code_is_on_the_page_and_no_other()
    {
        var page = File.ReadLines(Repository.PathOf("src", "README.md"))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length == 6 && cells[1].StartsWith("`workers.", StringComparison.Ordinal))
            .Select(cells => string.Join(" | ", cells[1..^1]));

        var code = (await FleetScrape.OfAsync()).Instruments.Select(one =>
            $"`{one.Name}` | {one.Unit} | {string.Join(", ", one.Labels.Select(label => $"`{label}`"))} | {one.Description}");
        Assert.That(page, Is.EqualTo(code), "in the order of their names");
    }

    [Test]
    public async Task Each_instrument_was_used_so_that_its_labels_are_known() =>
        Assert.That((await FleetScrape.OfAsync()).Instruments.Where(one => !one.IsUsed).Select(one => one.Name), Is.Empty);

    [Test]
    public async Task No_label_is_unbounded() =>
        Assert.That((await FleetScrape.OfAsync()).Instruments.SelectMany(one => one.Labels).Distinct(), Is.EquivalentTo(Bounded.Keys), "Say what bounds a new label.");

    [Test]
    public async Task No_id_user_tenant_or_address_is_the_value_of_a_label()
    {
        var (job, attempt) = FleetScrape.Counted;
        string[] unbounded =
        [
            .. new[] { job.CorrelationId, job.Generation, job.Correlation, attempt.Id.JobId, attempt.Id.Generation, attempt.Owner }.SelectMany(id => new[] { $"{id}", $"{id:N}" }),
            job.TenantId, job.UserHash!, job.IdempotencyKey, job.TaskId!, attempt.TaskId!, "provider.example",
        ];

        var values = (await FleetScrape.OfAsync()).Instruments.SelectMany(one => one.Values).ToList();

        Assert.That(values, Is.Not.Empty);
        Assert.That(values.Where(value => unbounded.Any(word => value.Contains(word, StringComparison.OrdinalIgnoreCase))), Is.Empty);
    }
}
