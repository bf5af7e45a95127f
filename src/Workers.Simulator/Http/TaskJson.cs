using System.Text.Json;
using Workers.Simulator.Outputs;
using Workers.Simulator.Requests;
using Workers.Simulator.Tasks;

namespace Workers.Simulator.Http;

/// <summary>Writes tasks as ModelArk does.</summary>
internal static class TaskJson
{
    public static string Word(TaskState state) => state switch
    {
        TaskState.Queued => "queued",
        TaskState.Running => "running",
        TaskState.Succeeded => "succeeded",
        TaskState.Failed => "failed",
        TaskState.Cancelled => "cancelled",
        _ => "expired",
    };

    /// <summary>Writes what a client is told on one reading, and counts it.</summary>
    public static void WriteReading(Utf8JsonWriter writer, GenerationTask task, OutputLinks links, string root, bool listed)
    {
        task.Reads++;
        var word = task.Trait<Fault.UnknownStatus>() is { } unknown && (unknown.Reads is null || task.Reads <= unknown.Reads)
            ? unknown.Word
            : Word(task.State);
        Write(writer, task, word, links, root, listed);
    }

    /// <param name="root">The simulator's address as the client knows it, with a slash at the end.</param>
    public static void Write(Utf8JsonWriter writer, GenerationTask task, string status, OutputLinks links, string root, bool listed)
    {
        var body = task.Body;
        writer.WriteStartObject();
        writer.WriteString("id", task.Id);
        writer.WriteString("model", body.ModelId);
        writer.WriteString("status", status);
        WriteError(writer, task, listed && task.Trait<Fault.FailureReasonField>() is not null ? "failure_reason" : "error");
        if (task.State is TaskState.Succeeded)
        {
            WriteResult(writer, task, links, root, listed);
        }

        TaskValues.WriteTime(writer, "created_at", task, task.CreatedAt);
        TaskValues.WriteTime(writer, "updated_at", task, task.UpdatedAt);
        TaskValues.WriteNumber(writer, "seed", task, task.Seed);
        writer.WriteString("resolution", body.Resolution);
        writer.WriteString("ratio", task.Ratio);
        if (body.Frames is { } frames)
        {
            TaskValues.WriteNumber(writer, "frames", task, frames);
        }
        else
        {
            TaskValues.WriteSeconds(writer, "duration", task, task.Seconds);
        }

        writer.WriteNumber("framespersecond", 24);
        writer.WriteString("service_tier", body.ServiceTier);
        if (task.Trait<Fault.MissingFingerprint>() is null)
        {
            TaskValues.WriteNumber(writer, "execution_expires_after", task, body.ExpiresAfter);
        }

        writer.WriteBoolean("generate_audio", body.GenerateAudio);
        writer.WriteBoolean("draft", body.Draft);
        writer.WriteNumber("priority", body.Priority);
        WriteOptional(writer, body);
        writer.WriteEndObject();
    }

    private static void WriteError(Utf8JsonWriter writer, GenerationTask task, string name)
    {
        if (task.State is TaskState.Failed or TaskState.Expired)
        {
            writer.WriteStartObject(name);
            writer.WriteString("code", task.ErrorCode);
            writer.WriteString("message", task.ErrorMessage);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private static void WriteResult(Utf8JsonWriter writer, GenerationTask task, OutputLinks links, string root, bool listed)
    {
        if (task.Trait<Fault.MissingOutput>() is null)
        {
            writer.WriteStartObject("content");
            writer.WriteString("video_url", links.Link(root, task, OutputLinks.VideoName(task)));
            if (task.Body.ReturnLastFrame)
            {
                writer.WriteString("last_frame_url", links.Link(root, task, OutputLinks.LastFrameName));
            }

            writer.WriteEndObject();
        }

        if (task.Trait<Fault.MissingUsage>() is null && !(listed && task.Trait<Fault.UnlistedUsage>() is not null))
        {
            writer.WriteStartObject("usage");
            TaskValues.WriteNumber(writer, "completion_tokens", task, task.BilledTokens);
            TaskValues.WriteNumber(writer, "total_tokens", task, task.BilledTokens);
            if (task.Body.WebSearch)
            {
                writer.WriteStartObject("tool_usage");
                writer.WriteNumber("web_search", 1);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }
    }

    private static void WriteOptional(Utf8JsonWriter writer, CreateBody body)
    {
        if (body.SafetyIdentifier is not null)
        {
            writer.WriteString("safety_identifier", body.SafetyIdentifier);
        }

        if (body.OutputFormat is not null)
        {
            writer.WriteString("output_format", body.OutputFormat);
        }

        if (body.Content.DraftTaskId is not null)
        {
            writer.WriteString("draft_task_id", body.Content.DraftTaskId);
        }

        if (body.WebSearch)
        {
            writer.WriteStartArray("tools");
            writer.WriteStartObject();
            writer.WriteString("type", "web_search");
            writer.WriteEndObject();
            writer.WriteEndArray();
        }
    }
}
