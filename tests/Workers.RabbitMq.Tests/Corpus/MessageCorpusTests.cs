using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Workers.Contracts;
using Workers.Jobs.Submission;
using Workers.Providers;
using Workers.RabbitMq.Intake;
using Workers.Testing;

namespace Workers.RabbitMq.Tests.Corpus;

/// <summary>What any version has sent is read by this one, and this one sends what its corpus says: so processes of two versions can stand beside each other.</summary>
[Category("Integration")]
[NonParallelizable]
internal sealed class MessageCorpusTests
{
    private const string New = "fromTheFuture";

    /// <summary>In order: what a later one says of a message is how it is sent now.</summary>
    private static readonly Dictionary<string, IReadOnlyDictionary<string, object>> Versions = new(StringComparer.Ordinal)
    {
        ["v1"] = MessagesV1.Envelopes.Concat(MessagesV1.Raw).ToDictionary(),
        ["v2"] = MessagesV2.Envelopes,
        ["v3"] = MessagesV3.Envelopes,
        ["v4"] = MessagesV4.All,
    };

    private static CorpusWire _wire = null!;

    [OneTimeSetUp]
    public static async Task Connect() => _wire = await CorpusWire.CreateAsync();

    [OneTimeTearDown]
    public static async Task Disconnect()
    {
        if (_wire is not null)
        {
            await _wire.DisposeAsync();
        }
    }

    [Test]
    public void EachTypeThatIsSentHasAMessage()
    {
        Assert.That(Envelopes(), Is.EquivalentTo(MessageCorpus.Types.Select(MessageCorpus.NameOf)));
        Assert.That(MessagesV1.Raw.Keys, Is.EquivalentTo(IntakeEndpoints.All.Select(endpoint => MessageCorpus.Raw + IntakeEndpoints.RoutingKeyOf(endpoint))));
    }

    /// <summary>With WORKERS_TEST_WRITE_CORPUS=1 those that are missing are written, when a new version begins. Those that are there are never written again.</summary>
    [Test]
    public async Task EachMessageHasItsFile()
    {
        if (Environment.GetEnvironmentVariable("WORKERS_TEST_WRITE_CORPUS") == "1")
        {
            foreach (var (version, name) in Objects().Except(MessageCorpus.All()))
            {
                MessageCorpus.Add(version, name, await WireFormAsync(name, Versions[version][name]));
            }
        }

        Assert.That(MessageCorpus.All(), Is.EquivalentTo(Objects()));
    }

    [TestCaseSource(nameof(Names))]
    public void NoMemberIsMissing(string name) =>
        Assert.That(Members.Unset(Message(name)), Is.Empty, "These are sent and in no corpus: begin a new version of it.");

    [TestCaseSource(nameof(Names))]
    public async Task WhatIsSentIsWhatTheCorpusSays(string name) => Assert.That(
        await WireFormAsync(name, Message(name)),
        Is.EqualTo(MessageCorpus.Newest(name)),
        $"Messages like {name} wait in queues and are read by processes of other versions: what changes them needs a new version of the corpus.");

    [TestCaseSource(nameof(All))]
    public async Task AMessageOfAnyVersionIsRead(string version, string name)
    {
        var expected = Versions[version][name];

        var body = MessageCorpus.Read(version, name);
        var read = name.StartsWith(MessageCorpus.Raw, StringComparison.Ordinal) ? ReadRaw(expected.GetType(), body) : await _wire.ReadAsync(body);

        Assert.That(Members.Of(read), Is.EqualTo(Members.Of(expected)));
    }

    [TestCaseSource(nameof(Envelopes))]
    public async Task WhatANewerVersionAddsIsPassedOver(string name)
    {
        var body = JsonNode.Parse(MessageCorpus.Newest(name))!;
        var places = AddTo(body);

        Assert.That(places, Is.GreaterThanOrEqualTo(3), "the envelope, the host, the message");
        Assert.That(Members.Of(await _wire.ReadAsync(body.ToJsonString())), Is.EqualTo(Members.Of(Message(name))));
    }

    /// <summary>So producers are changed after the fleet is.</summary>
    [TestCase("submit-job")]
    [TestCase("cancel-job")]
    [TestCase("resume-job")]
    public void ARawBodyWithWhatIsUnknownIsRefused(string command)
    {
        var body = JsonNode.Parse(MessageCorpus.Newest(MessageCorpus.Raw + command))!.AsObject();
        body[New] = 1;

        Assert.That(() => ReadRaw(Message(MessageCorpus.Raw + command).GetType(), body.ToJsonString()), Throws.TypeOf<AssertionException>().With.Message.Contains(New));
    }

    /// <summary>These are numbers on the wire: a word may be added at the end, and none taken away or moved.</summary>
    [Test]
    public void WordsThatAreSentAsNumbersKeepThem()
    {
        Assert.That(string.Join(", ", Enum.GetNames<TaskEnd>()), Does.StartWith("Succeeded, Failed, Cancelled, Unclear"));
        Assert.That(string.Join(", ", Enum.GetNames<Disposition>()), Does.StartWith("Retry, PauseAccount, Block, Fail, Reconcile"));
    }

    /// <summary>As they are sent now.</summary>
    private static IEnumerable<KeyValuePair<string, object>> Messages() =>
        Versions.Values.SelectMany(messages => messages).GroupBy(one => one.Key).Select(one => one.Last());

    private static IEnumerable<(string Version, string Name)> Objects() => Versions.SelectMany(version => version.Value.Keys.Select(name => (version.Key, name)));

    private static IEnumerable<string> Names() => Messages().Select(one => one.Key);

    private static IEnumerable<string> Envelopes() => Names().Where(name => !name.StartsWith(MessageCorpus.Raw, StringComparison.Ordinal));

    private static IEnumerable<object[]> All() => MessageCorpus.All().Select(one => new object[] { one.Version, one.Name });

    private static object Message(string name) => Messages().Single(one => one.Key == name).Value;

    private static async Task<string> WireFormAsync(string name, object message) => MessageCorpus.Normalize(
        name.StartsWith(MessageCorpus.Raw, StringComparison.Ordinal) ? JsonSerializer.SerializeToUtf8Bytes(message, message.GetType(), ContractsJson.Default) : await _wire.SendAsync(message));

    private static object ReadRaw(Type command, string body) => command.Name switch
    {
        nameof(SubmitJob) => Whole(StrictJson.Read<SubmitJob>(Encoding.UTF8.GetBytes(body))),
        nameof(CancelJob) => Whole(StrictJson.Read<CancelJob>(Encoding.UTF8.GetBytes(body))),
        nameof(ResumeJob) => Whole(StrictJson.Read<ResumeJob>(Encoding.UTF8.GetBytes(body))),
        _ => throw new ArgumentException($"There is no intake of {command}."),
    };

    private static T Whole<T>(StrictReading<T> reading)
        where T : class => reading.Value ?? throw new AssertionException(string.Join(' ', reading.Faults));

    /// <summary>Adds a member to each object but those whose members are a producer's own words.</summary>
    private static int AddTo(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject whole:
                var within = whole.Where(member => member.Key is not ("parameters" or "headers")).Select(member => member.Value).ToList().Sum(AddTo);
                whole[New] = new JsonObject { ["list"] = new JsonArray(1, "two") };
                return within + 1;
            case JsonArray list:
                return list.Sum(AddTo);
            default:
                return 0;
        }
    }
}
