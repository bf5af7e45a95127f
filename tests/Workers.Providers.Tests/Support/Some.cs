using System.Text.Json;
using Workers.Contracts;

namespace Workers.Providers.Tests.Support;

/// <summary>Things whose details do not matter.</summary>
internal static class Some
{
    public const string Model = "dreamina-seedance-2-0-260128";

    public static JobInput Input(string parameters = "{}", string model = Model, string? prompt = "a lighthouse", params Reference[] references) => new()
    {
        Model = model,
        Prompt = prompt,
        References = references,
        Parameters = Parameters(parameters),
    };

    public static Dictionary<string, JsonElement> Parameters(string json) => JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;

    public static Reference Reference(string kind, string? role = null, double? seconds = null) =>
        new() { Kind = kind, Role = role, Uri = $"https://media.example.com/{kind}", DurationSeconds = seconds };

    public static CreateTask Create(JobInput? input = null, Func<bool>? mayStillCall = null) => new()
    {
        Account = ProviderHost.Account,
        Input = input ?? Input(),
        References = [.. (input?.References ?? []).Select(reference => new Uri(reference.Uri!))],
        UserHash = "hash-of-user",
        Fingerprint = 90_001,
        CorrelationId = Guid.Empty,
        MayStillCall = mayStillCall ?? (() => true),
    };

    /// <summary>A task as ModelArk tells of it, with some members replaced; null takes one away.</summary>
    public static string Task(string id = "cgt-1", string status = "succeeded", params (string Name, string? Json)[] changes)
    {
        var task = new Dictionary<string, string?>
        {
            ["id"] = $"\"{id}\"",
            ["model"] = $"\"{Model}\"",
            ["status"] = $"\"{status}\"",
            ["error"] = "null",
            ["content"] = """{"video_url":"https://media.example.com/out.mp4?X-Tos-Signature=s","last_frame_url":"https://media.example.com/out.png"}""",
            ["usage"] = """{"completion_tokens":108900,"total_tokens":108900}""",
            ["created_at"] = "1790000000",
            ["updated_at"] = "1790000056",
            ["resolution"] = "\"720p\"",
            ["ratio"] = "\"16:9\"",
            ["duration"] = "5",
            ["framespersecond"] = "24",
            ["execution_expires_after"] = "90001",
        };
        foreach (var (name, json) in changes)
        {
            task[name] = json;
        }

        return $"{{{string.Join(',', task.Where(member => member.Value is not null).Select(member => $"\"{member.Key}\":{member.Value}"))}}}";
    }

    public static string List(params string[] items) => $$"""{"total":{{items.Length}},"items":[{{string.Join(',', items)}}]}""";
}
