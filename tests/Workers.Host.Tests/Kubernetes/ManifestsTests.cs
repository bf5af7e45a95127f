using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Workers.Host.Health;
using Workers.Host.Starting;
using Workers.Host.Tests.Metrics;
using Workers.Jobs;
using Workers.Providers.Accounts;
using Workers.RabbitMq.Intake;
using Workers.RabbitMq.Topology;
using static Workers.Host.Tests.Kubernetes.Manifests;

namespace Workers.Host.Tests.Kubernetes;

/// <summary>The manifests are of this fleet: its roles, queues, settings, probes and metrics.</summary>
internal sealed partial class ManifestsTests
{
    private const string Component = "app.kubernetes.io/component";
    private const string Secrets = "/run/secrets/workers";

    private const string ProviderKeys = "/run/secrets/workers-providers";

    private static readonly string[] Selecting = ["Deployment", "PodDisruptionBudget"];
    private static readonly string[] OfEachRole = [.. Selecting, "ScaledObject"];
    private static readonly string[] Misspelled = ["RabbitMq__Urls", "Accounts__main__Key", "Nonsense__Url"];
    private static readonly string[] Servers = ["RabbitMq__Url", "MongoDb__Url", "Log__Seq"];

    private static readonly Manifests All = Manifests.Current;

    private static readonly string[] RoleNames = [.. Enum.GetValues<Roles>().Except([Roles.None, Roles.All]).Select(Word)];

    [Test]
    public void EachRoleHasADeploymentADisruptionBudgetAndAScaledObject()
    {
        var expected = RoleNames.Select(role => $"workers-{role}");
        foreach (var kind in OfEachRole)
        {
            Assert.That(All.Of(kind).Select(Name), Is.EquivalentTo(expected), kind);
        }
    }

    [TestCaseSource(nameof(RoleNames))]
    public async Task AProcessIsGivenItsRoleByTheLabelAndReadsTheMountedSettings(string role)
    {
        var container = Container(role);
        var variable = Env(container, "WORKERS_ROLES");
        Assert.That(Text(variable["valueFrom"]!["fieldRef"]!["fieldPath"]), Is.EqualTo($"metadata.labels['{Component}']"));
        var label = Text(Pod(role)["metadata"]!["labels"]![Component]);

        HostSettings? settings = null;
        var exit = await new HostCommand(name => name == "WORKERS_ROLES" ? label : null, (read, _) =>
        {
            settings = read;
            return Task.FromResult(0);
        }).RunAsync([.. container["args"]!.AsArray().Select(Text)]);

        Assert.That(exit, Is.Zero);
        Assert.That(Word(settings!.Roles), Is.EqualTo(role));
        Assert.That(settings.Configurations, Is.EqualTo(new[] { Mount(container, "settings") }));
        Assert.That(settings.Urls, Is.EqualTo($"http://*:{Port(container)}"));
        Assert.That(settings.Ephemeral, Is.False);
    }

    [TestCaseSource(nameof(RoleNames))]
    public void ProbesAndScrapersAskForWhatIsAnswered(string role)
    {
        var container = Container(role);
        foreach (var (probe, path) in new[] { ("startupProbe", HealthEndpoints.Startup), ("readinessProbe", HealthEndpoints.Ready), ("livenessProbe", HealthEndpoints.Live) })
        {
            Assert.That(Text(container[probe]!["httpGet"]!["path"]), Is.EqualTo(path));
            Assert.That(Text(container[probe]!["httpGet"]!["port"]), Is.EqualTo("http"));
        }

        var annotations = Pod(role)["metadata"]!["annotations"]!;
        Assert.That(Text(annotations["prometheus.io/port"]), Is.EqualTo(Port(container)));
        Assert.That(Text(annotations["prometheus.io/path"]), Is.EqualTo("/metrics"));
    }

    [TestCaseSource(nameof(RoleNames))]
    public void APodIsGivenMoreTimeToEndThanTheProcessTakes(string role)
    {
        var grace = TimeSpan.Parse(All.Settings["Shutdown__Grace"], CultureInfo.InvariantCulture);

        Assert.That(TimeSpan.FromSeconds((long)Pod(role)["spec"]!["terminationGracePeriodSeconds"]!), Is.GreaterThanOrEqualTo(grace + TimeSpan.FromSeconds(10)));
    }

    [TestCaseSource(nameof(RoleNames))]
    public void SelectorsFindTheirOwnPodsAndNoOthers(string role)
    {
        var name = $"workers-{role}";
        var selectors = Selecting.Select(kind => All.Of(kind).Single(one => Name(one) == name)["spec"]!["selector"]!["matchLabels"]);
        foreach (var selector in selectors)
        {
            var found = RoleNames.Where(other => Labels(selector).IsSubsetOf(Labels(Pod(other)["metadata"]!["labels"])));
            Assert.That(found, Is.EqualTo(new[] { role }));
        }

        Assert.That(Text(ScaledObject(role)["spec"]!["scaleTargetRef"]!["name"]), Is.EqualTo(name));
    }

    [TestCaseSource(nameof(RoleNames))]
    public void APodMayDoNothingThatItNeedNot(string role)
    {
        var (spec, container) = (Pod(role)["spec"]!, Container(role));
        Assert.That((bool)spec["automountServiceAccountToken"]!, Is.False);
        Assert.That((bool)spec["securityContext"]!["runAsNonRoot"]!, Is.True);
        Assert.That(Text(spec["securityContext"]!["seccompProfile"]!["type"]), Is.EqualTo("RuntimeDefault"));
        Assert.That((bool)container["securityContext"]!["allowPrivilegeEscalation"]!, Is.False);
        Assert.That((bool)container["securityContext"]!["readOnlyRootFilesystem"]!, Is.True);
        Assert.That(Words(container["securityContext"]!["capabilities"]!["drop"]!.AsArray().Select(Text)), Is.EqualTo("ALL"));
        Assert.That(Words(container["resources"]!["requests"]!.AsObject().Select(one => one.Key)), Is.EqualTo("cpu, memory"));
        Assert.That(container["resources"]!["limits"]!["memory"], Is.Not.Null);
    }

    [TestCaseSource(nameof(RoleNames))]
    public void WhatIsMountedIsThere(string role)
    {
        var volumes = Pod(role)["spec"]!["volumes"]!.AsArray().ToDictionary(volume => Text(volume!["name"]), volume => volume!);
        Assert.That(Container(role)["volumeMounts"]!.AsArray().Select(mount => Text(mount!["name"])), Is.EquivalentTo(volumes.Keys));
        Assert.That(Text(volumes["settings"]["configMap"]!["name"]), Is.EqualTo(Name(All.Of("ConfigMap").Single())));
        Assert.That(Mount(Container(role), "secrets"), Is.EqualTo(Secrets));
        Assert.That(All.Readme, Does.Contain($"kubectl create secret generic {volumes["secrets"]["secret"]!["secretName"]} "));

        var results = All.Of("PersistentVolumeClaim").Single();
        Assert.That(Text(volumes["results"]["persistentVolumeClaim"]!["claimName"]), Is.EqualTo(Name(results)));
        Assert.That(Words(results["spec"]!["accessModes"]!.AsArray().Select(Text)), Is.EqualTo("ReadWriteMany"), "several processes on several nodes");
        Assert.That(All.Settings["Retrieval__Root"], Is.EqualTo(Mount(Container(role), "results")), "else it is written to a file system that is read-only");
    }

    /// <summary>A process that calls no provider starts without its key, and can't lose it.</summary>
    [TestCaseSource(nameof(RoleNames))]
    public async Task TheKeysOfProvidersAreMountedWhereTheyAreUsed(string role)
    {
        var calls = new ProcessRoles(Enum.Parse<Roles>(role, ignoreCase: true)).CallProviders;
        var volume = Pod(role)["spec"]!["volumes"]!.AsArray().SingleOrDefault(volume => Text(volume!["name"]) == "provider-keys");
        Assert.That(volume is not null, Is.EqualTo(calls));
        if (volume is not null)
        {
            Assert.That(Mount(Container(role), "provider-keys"), Is.EqualTo(ProviderKeys));
            Assert.That(All.Readme, Does.Contain($"kubectl create secret generic {volume["secret"]!["secretName"]} "));
            Assert.That(All.Settings["Accounts__main__ApiKeyFile"], Does.StartWith($"{ProviderKeys}/"));
            return;
        }

        var settings = new HostSettings { Roles = Enum.Parse<Roles>(role, ignoreCase: true) };
        await using var app = FleetHost.Build(settings, services => services.Configure<AccountsOptions>(accounts => accounts.Named["main"] = new AccountOptions { Provider = "seedance" }));
        Assert.That(() => app.Services.GetRequiredService<IOptions<AccountsOptions>>().Value, Throws.Nothing);
    }

    [Test]
    public void EachSettingIsKnown()
    {
        Assert.That(All.Settings.Keys.Where(key => !KnownSettings.Has(key)), Is.Empty);
        Assert.That(Misspelled.Where(KnownSettings.Has), Is.Empty);
    }

    /// <summary>The host itself judges them, read from files as a pod has them.</summary>
    [Test]
    public async Task TheSettingsAreValid()
    {
        var folder = Directory.CreateTempSubdirectory("workers-kubernetes-");
        try
        {
            var (secrets, settings) = (folder.CreateSubdirectory("secrets").FullName, folder.CreateSubdirectory("settings").FullName);
            foreach (var (key, value) in All.Settings)
            {
                if (value.StartsWith(Secrets, StringComparison.Ordinal))
                {
                    await File.WriteAllTextAsync(Path.Combine(secrets, Path.GetFileName(value)), "anything\n");
                }

                // The log would be sent.
                var mounted = key == "Log__Seq" ? "http://127.0.0.1:1" : value.Replace(Secrets, secrets, StringComparison.Ordinal);
                await File.WriteAllTextAsync(Path.Combine(settings, key), mounted + "\n");
            }

            await using var app = FleetHost.Build(new HostSettings { Configurations = [settings] });

            Assert.That(() => app.Services.GetRequiredService<IStartupValidator>().Validate(), Throws.Nothing);
            Assert.That(FleetHost.IsDurable(app.Configuration), Is.True);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public void SecretsAreMadeByHandAndNeverHere()
    {
        Assert.That(All.Of("Secret"), Is.Empty);
        Assert.That(All.Settings.Keys.Where(key => SecretKey().IsMatch(key)), Is.Empty);
        Assert.That(All.Settings.Values.Where(value => Uri.TryCreate(value, UriKind.Absolute, out var address) && address.UserInfo.Length > 0), Is.Empty);

        var made = FromFile().Matches(All.Readme).Select(match => match.Groups[1].Value).ToList();
        var mounted = All.Settings.Values.Where(value => value.StartsWith("/run/secrets/", StringComparison.Ordinal)).Select(value => Path.GetFileName(value)!);
        var asked = All.Of("TriggerAuthentication").SelectMany(one => one["spec"]!["secretTargetRef"]!.AsArray()).Select(one => Text(one!["key"]));
        Assert.That(made, Is.EquivalentTo(mounted));
        Assert.That(asked, Is.SubsetOf(made));
    }

    [TestCaseSource(nameof(RoleNames))]
    public void ARoleIsScaledByTheQueuesThatItConsumes(string role)
    {
        var triggers = Triggers(role, "rabbitmq").ToList();
        var consumed = FleetEndpoints.All.Concat(IntakeEndpoints.All).Where(endpoint => Word(endpoint.Role) == role).Select(endpoint => endpoint.Queue)
            .Concat(role == "failures" ? [FleetTopology.RecordDeadLetter] : []);

        Assert.That(triggers.Select(trigger => Text(trigger["metadata"]!["queueName"])), Is.EquivalentTo(consumed));
        var broker = new Uri(All.Settings["RabbitMq__Url"]);
        foreach (var trigger in triggers)
        {
            var host = new Uri(Text(trigger["metadata"]!["host"]));
            Assert.That((host.Host, host.AbsolutePath, host.UserInfo), Is.EqualTo((broker.Host, broker.AbsolutePath, "")));
            Assert.That(All.Of("TriggerAuthentication").Select(Name), Does.Contain(Text(trigger["authenticationRef"]!["name"])));
        }
    }

    [TestCaseSource(nameof(RoleNames))]
    public async Task WhatPrometheusIsAskedForIsMeasured(string role)
    {
        foreach (var query in Triggers(role, "prometheus").Select(trigger => Text(trigger["metadata"]!["query"])))
        {
            Assert.That(await ObservabilityFilesTests.StrangersAsync(query), Is.Empty, query);
        }
    }

    [Test]
    public void PollingIsScaledByWhatIsDueToo()
    {
        Assert.That(Triggers("polling", "prometheus").Select(trigger => Text(trigger["metadata"]!["query"])), Has.Some.Contains("workers_attempts_due").And.Some.Contains("workers_account_slots_used"));

        // Who tells these levels, and who looks at alerts, must not be scaled away.
        Assert.That(Words(RoleNames.Where(role => (long)ScaledObject(role)["spec"]!["minReplicaCount"]! == 0)), Is.EqualTo("polling, retrieval, submission"));
    }

    [TestCaseSource(nameof(RoleNames))]
    public void NumbersOfTriggersAreText(string role) => Assert.That(
        ScaledObject(role)["spec"]!["triggers"]!.AsArray().SelectMany(trigger => trigger!["metadata"]!.AsObject()).Where(one => one.Value!.GetValueKind() != System.Text.Json.JsonValueKind.String),
        Is.Empty);

    [Test]
    public void NothingIsOpenButWhatIsNamed()
    {
        var denied = All.Of("NetworkPolicy").Single(policy => policy["spec"]!["podSelector"]!.AsObject().Count == 0)["spec"]!;
        Assert.That(Words(denied["policyTypes"]!.AsArray().Select(Text)), Is.EqualTo("Egress, Ingress"));
        Assert.That(denied["ingress"] ?? denied["egress"], Is.Null);
        Assert.That(Words(RoleNames.Where(role => Ports(role, "egress").Contains(443))), Is.EqualTo("polling, retrieval, submission"), "who speaks to providers");
    }

    [TestCaseSource(nameof(RoleNames))]
    public void EachServerOfTheSettingsIsReached(string role)
    {
        foreach (var setting in Servers)
        {
            var address = new Uri(All.Settings[setting]);
            Assert.That(Rules(role, "egress").Where(rule => Peers(rule, "to").Contains(address.Host.Split('.')[1])).SelectMany(Ports), Does.Contain((long)address.Port), setting);
        }

        Assert.That(Ports(role, "egress"), Does.Contain(53L), "names");
        Assert.That(Words(Rules(role, "ingress").Select(rule => Text(rule["ports"]!.AsArray().Single()!["port"]))), Is.EqualTo("http"), "metrics, for Prometheus");
    }

    private static string Word(Roles role) => role.ToString().ToLowerInvariant();

    private static string Words(IEnumerable<string> words) => string.Join(", ", words.Order(StringComparer.Ordinal));

    private static JsonObject Deployment(string role) => All.Of("Deployment").Single(one => Name(one) == $"workers-{role}");

    private static JsonObject ScaledObject(string role) => All.Of("ScaledObject").Single(one => Name(one) == $"workers-{role}");

    private static JsonNode Pod(string role) => Deployment(role)["spec"]!["template"]!;

    private static JsonNode Container(string role) => Pod(role)["spec"]!["containers"]!.AsArray().Single()!;

    private static JsonNode Env(JsonNode container, string name) => container["env"]!.AsArray().Single(one => Text(one!["name"]) == name)!;

    private static string Mount(JsonNode container, string name) => Text(container["volumeMounts"]!.AsArray().Single(one => Text(one!["name"]) == name)!["mountPath"]);

    private static string Port(JsonNode container) => Text(container["ports"]!.AsArray().Single(one => Text(one!["name"]) == "http")!["containerPort"]);

    private static IEnumerable<JsonNode> Triggers(string role, string type) => ScaledObject(role)["spec"]!["triggers"]!.AsArray().Select(trigger => trigger!).Where(trigger => Text(trigger["type"]) == type);

    /// <summary>The rules that apply to a role's pods.</summary>
    private static IEnumerable<JsonNode> Rules(string role, string direction) =>
        All.Of("NetworkPolicy").Select(policy => policy["spec"]!)
            .Where(spec => spec[direction] is not null && Selects(spec["podSelector"]!, role))
            .SelectMany(spec => spec[direction]!.AsArray().Select(rule => rule!));

    private static bool Selects(JsonNode selector, string role) =>
        Labels(selector["matchLabels"]).IsSubsetOf(Labels(Pod(role)["metadata"]!["labels"]))
        && (selector["matchExpressions"]?.AsArray().All(one => Text(one!["operator"]) == "In" && one["values"]!.AsArray().Select(Text).Contains(Text(Pod(role)["metadata"]!["labels"]![Text(one["key"])]))) ?? true);

    private static IEnumerable<long> Ports(string role, string direction) => Rules(role, direction).SelectMany(Ports);

    private static IEnumerable<long> Ports(JsonNode rule) => rule["ports"]!.AsArray().Select(port => (long)port!["port"]!);

    /// <summary>The namespaces of a rule.</summary>
    private static IEnumerable<string> Peers(JsonNode rule, string member) =>
        rule[member]!.AsArray().Select(peer => peer!["namespaceSelector"]?["matchLabels"]?["kubernetes.io/metadata.name"]).OfType<JsonNode>().Select(Text);

    [GeneratedRegex("(?:Password|ApiKey)$")]
    private static partial Regex SecretKey();

    [GeneratedRegex(@"--from-file=([a-z-]+)")]
    private static partial Regex FromFile();
}
