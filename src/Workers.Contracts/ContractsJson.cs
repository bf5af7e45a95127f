using System.Text.Json;
using System.Text.Json.Serialization;

namespace Workers.Contracts;

/// <summary>The contracts as JSON: camel case, enumerations as words, absent members left out.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(SubmitJob))]
[JsonSerializable(typeof(CancelJob))]
[JsonSerializable(typeof(ResumeJob))]
[JsonSerializable(typeof(JobAccepted))]
[JsonSerializable(typeof(SubmissionRejected))]
[JsonSerializable(typeof(CommandRejected))]
[JsonSerializable(typeof(JobStarted))]
[JsonSerializable(typeof(JobBlocked))]
[JsonSerializable(typeof(JobSucceeded))]
[JsonSerializable(typeof(JobFailed))]
[JsonSerializable(typeof(JobCancelled))]
[JsonSerializable(typeof(AlertFiring))]
[JsonSerializable(typeof(AlertResolved))]
[JsonSerializable(typeof(JobResult))]
public sealed partial class ContractsJson : JsonSerializerContext;
