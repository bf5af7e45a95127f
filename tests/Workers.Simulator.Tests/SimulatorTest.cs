using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Workers.Simulator.Tests;

/// <summary>A simulator on a clock that stands still until told, a client over real HTTP, and the words the specifications are written in.</summary>
internal abstract class SimulatorTest
{
    protected const string Model = "dreamina-seedance-2-0-260128";
    protected const string Key = "simulator-key";

    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(30));
    private HttpClient? _client;
    private ModelArkSimulator? _simulator;

    protected WatchedTime Time { get; } = new(new DateTimeOffset(2026, 8, 9, 13, 18, 22, TimeSpan.Zero));

    /// <summary>To be changed before the first call. Tasks start after 1 second and run for 60.</summary>
    protected SimulatorOptions Options { get; } = new()
    {
        MinTaskDuration = TimeSpan.FromSeconds(60),
        MaxTaskDuration = TimeSpan.FromSeconds(60),
    };

    protected ModelArkSimulator Simulator => _simulator ?? throw new InvalidOperationException("No call was made yet.");

    protected Ledger Ledger => Simulator.Ledger;

    protected CancellationToken Patience => _patience.Token;

    [TearDown]
    public async Task Stop()
    {
        _client?.Dispose();
        if (_simulator is not null)
        {
            await _simulator.DisposeAsync();
        }

        _patience.Dispose();
    }

    protected async Task<HttpClient> Client()
    {
        if (_client is null)
        {
            _simulator = await ModelArkSimulator.StartAsync(Options, Time, Patience);
            _client = new HttpClient { BaseAddress = _simulator.BaseAddress, Timeout = TimeSpan.FromSeconds(30) };
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        }

        return _client;
    }

    protected async Task UseKey(string key) =>
        (await Client()).DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);

    protected static JsonObject Body(string prompt = "a lighthouse", Action<JsonObject>? change = null)
    {
        var body = new JsonObject
        {
            ["model"] = Model,
            ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = prompt }),
            ["resolution"] = "720p",
            ["ratio"] = "16:9",
            ["duration"] = 5,
        };
        change?.Invoke(body);
        return body;
    }

    protected Task<Reply> Post(string prompt) => Post(Body(prompt));

    protected async Task<Reply> Post(JsonNode body) => await Send(HttpMethod.Post, "contents/generations/tasks", JsonContent.Create(body));

    /// <summary>Creates a task and lets a second pass, so that it can be seen.</summary>
    protected async Task<string> Create(string prompt = "a lighthouse", Action<JsonObject>? change = null)
    {
        var reply = await Post(Body(prompt, change));
        Assert.That(reply.Status, Is.EqualTo(HttpStatusCode.OK), reply.Text);
        Pass(seconds: 1);
        return reply.Json["id"]!.GetValue<string>();
    }

    protected Task<Reply> Get(string id) => Send(HttpMethod.Get, $"contents/generations/tasks/{id}");

    protected async Task<string> Status(string id)
    {
        Pass(seconds: 1);
        return (await Get(id)).Json["status"]!.GetValue<string>();
    }

    /// <summary>Lists with this query, after a second so that the rate is kept.</summary>
    protected Task<Reply> List(string query)
    {
        Pass(seconds: 1);
        return Send(HttpMethod.Get, $"contents/generations/tasks?{query}");
    }

    protected Task<Reply> ListIds(params string[] ids) => List($"page_size=500&{string.Join('&', ids.Select(id => $"filter.task_ids={id}"))}");

    protected Task<Reply> Delete(string id) => Send(HttpMethod.Delete, $"contents/generations/tasks/{id}");

    protected async Task<Reply> Send(HttpMethod method, string path, HttpContent? content = null)
    {
        var client = await Client();
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var response = await client.SendAsync(request, Patience);
        return new Reply(response.StatusCode, await response.Content.ReadAsStringAsync(Patience), response.Headers);
    }

    protected void Pass(double seconds) => Time.Advance(TimeSpan.FromSeconds(seconds));

    protected SimulatedTask Recorded(string id) => Ledger.Tasks.Single(task => task.Id == id);

    internal sealed record Reply(HttpStatusCode Status, string Text, HttpResponseHeaders Headers)
    {
        public JsonNode Json => JsonNode.Parse(Text) ?? throw new JsonException("The answer is null.");

        public string? Code => Json["error"]?["code"]?.GetValue<string>();

        public string? Param => Json["error"]?["param"]?.GetValue<string>();

        public IEnumerable<string> Ids => Json["items"]!.AsArray().Select(item => item!["id"]!.GetValue<string>());
    }
}
