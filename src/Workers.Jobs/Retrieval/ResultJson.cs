using System.Text.Json;
using System.Text.Json.Serialization;
using Workers.Contracts;

namespace Workers.Jobs.Retrieval;

/// <summary>The result's record as people find it on disk.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JobResult))]
internal sealed partial class ResultJson : JsonSerializerContext
{
    public static byte[] Write(JobResult result) => JsonSerializer.SerializeToUtf8Bytes(result, Default.JobResult);
}
