using System.Text.Json;
using MongoDB.Bson.Serialization;
using Workers.Contracts;
using Workers.Jobs.Accounts;
using Workers.Jobs.Alerts;
using Workers.Jobs.Audit;
using Workers.Jobs.Costs;
using Workers.Jobs.Failures;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Submission;
using Workers.Providers;

namespace Workers.MongoDb.Documents;

/// <summary>The elements of every document. A name that stands here is stored somewhere: it may be added to, never changed.</summary>
internal static class StoredShapes
{
    public static void Register()
    {
        BsonSerializer.RegisterSerializer(new StoredDocumentSerializer());
        BsonSerializer.RegisterSerializer(new Converted<TimeSpan, double>(time => time.TotalMilliseconds, TimeSpan.FromMilliseconds));
        BsonSerializer.RegisterSerializer(new Converted<Uri, string>(uri => uri.OriginalString, text => new Uri(text, UriKind.RelativeOrAbsolute)));

        // Parameters have the provider's names, which may hold dots and dollars, and values of any shape: name and JSON text come back exactly.
        BsonSerializer.RegisterSerializer(new Converted<IReadOnlyDictionary<string, JsonElement>, List<StoredParameter>>(
            parameters => [.. parameters.Select(one => new StoredParameter { Name = one.Key, Json = one.Value.GetRawText() })],
            stored => stored.ToDictionary(one => one.Name, one => JsonSerializer.Deserialize<JsonElement>(one.Json))));
        BsonSerializer.RegisterSerializer(new Converted<IReadOnlyDictionary<int, AttemptCost>, List<StoredCost>>(
            costs => [.. costs.OrderBy(one => one.Key).Select(one => new StoredCost { Attempt = one.Key, Estimated = one.Value.Estimated, Actual = one.Value.Actual })],
            stored => stored.ToDictionary(one => one.Attempt, one => new AttemptCost(one.Estimated, one.Actual))));

        BsonSerializer.RegisterSerializer(new Converted<IReadOnlyDictionary<string, string>, List<StoredDetail>>(
            details => [.. details.Select(one => new StoredDetail { Name = one.Key, Value = one.Value })],
            stored => stored.ToDictionary(one => one.Name, one => one.Value)));

        RegisterInput();
        RegisterJob();
        RegisterAttempt();
        RegisterResult();
        DocumentMap.Of<AccountPause>(("bucket", x => x.Bucket), ("reason", x => x.Reason), ("since", x => x.Since), ("until", x => x.Until));
        DocumentMap.Of<Failure>(
            ("_id", x => x.Id), ("jobId", x => x.JobId), ("tenant", x => x.TenantId), ("correlationId", x => x.CorrelationId), ("provider", x => x.Provider), ("account", x => x.Account),
            ("attempt", x => x.Attempt), ("step", x => x.Step), ("bucket", x => x.Bucket), ("code", x => x.Code), ("reason", x => x.Reason), ("said", x => x.Said), ("at", x => x.At));
        DocumentMap.Of<CostRecord>(
            ("_id", x => x.Id), ("tenant", x => x.TenantId), ("provider", x => x.Provider), ("account", x => x.Account), ("model", x => x.Model), ("at", x => x.At),
            ("estimated", x => x.Estimated), ("actual", x => x.Actual), ("currency", x => x.Currency));
        DocumentMap.Of<Alert>(
            ("_id", x => x.Id), ("generation", x => x.Generation), ("version", x => x.Version), ("rule", x => x.Rule), ("kind", x => x.Kind), ("subject", x => x.Subject),
            ("tenant", x => x.TenantId), ("level", x => x.Level), ("state", x => x.State), ("since", x => x.Since), ("lookedAt", x => x.LookedAt), ("value", x => x.Value),
            ("limit", x => x.Limit), ("reason", x => x.Reason), ("changes", x => x.Changes), ("untold", x => x.Untold));
        DocumentMap.Of<AlertChange>(
            ("number", x => x.Number), ("state", x => x.State), ("at", x => x.At), ("firedAt", x => x.FiredAt), ("level", x => x.Level), ("tenant", x => x.TenantId), ("value", x => x.Value),
            ("limit", x => x.Limit), ("reason", x => x.Reason));
        DocumentMap.Of<StoredDetail>(("name", x => x.Name), ("value", x => x.Value));
        DocumentMap.Of<AuditEntry>(
            ("_id", x => x.Id), ("at", x => x.At), ("actor", x => x.Actor), ("action", x => x.Action), ("tenant", x => x.TenantId), ("jobId", x => x.JobId), ("details", x => x.Details));
    }

    private static void RegisterInput()
    {
        DocumentMap.Of<StoredParameter>(("name", x => x.Name), ("json", x => x.Json));
        DocumentMap.Of<JobInput>(("model", x => x.Model), ("prompt", x => x.Prompt), ("references", x => x.References), ("parameters", x => x.Parameters));
        DocumentMap.Of<Reference>(
            ("uri", x => x.Uri), ("objectKey", x => x.ObjectKey), ("version", x => x.Version), ("kind", x => x.Kind), ("role", x => x.Role), ("contentType", x => x.ContentType),
            ("length", x => x.Length), ("checksum", x => x.Checksum), ("durationSeconds", x => x.DurationSeconds));
        DocumentMap.Of<ResultExpectation>(
            ("mediaTypes", x => x.MediaTypes), ("minBytes", x => x.MinBytes), ("maxBytes", x => x.MaxBytes), ("sha256", x => x.Sha256), ("durationSeconds", x => x.DurationSeconds),
            ("resolution", x => x.Resolution));
        DocumentMap.Of<Settlement>(("taskId", x => x.TaskId), ("notCreated", x => x.NotCreated), ("settledBy", x => x.SettledBy));
    }

    private static void RegisterJob()
    {
        DocumentMap.Of<Job>(
            ("_id", x => x.CorrelationId), ("version", x => x.Version), ("state", x => x.State), ("step", x => x.Step), ("changedAt", x => x.ChangedAt), ("generation", x => x.Generation),
            ("tenant", x => x.TenantId), ("userHash", x => x.UserHash), ("idempotencyKey", x => x.IdempotencyKey), ("submittedBy", x => x.SubmittedBy), ("resumedBy", x => x.ResumedBy),
            ("correlationId", x => x.Correlation), ("replyTo", x => x.ReplyTo), ("replyCorrelation", x => x.ReplyCorrelation), ("provider", x => x.Provider), ("account", x => x.Account), ("tags", x => x.Tags),
            ("submittedHash", x => x.SubmittedHash), ("input", x => x.Input), ("expect", x => x.Expect), ("submittedAt", x => x.SubmittedAt), ("deadline", x => x.Deadline),
            ("attempt", x => x.Attempt), ("standing", x => x.Standing), ("taskId", x => x.TaskId), ("attemptsUsed", x => x.AttemptsUsed), ("deferrals", x => x.Deferrals),
            ("settlement", x => x.Settlement), ("nextCheckAt", x => x.NextCheckAt), ("checkIntervalMs", x => x.CheckInterval), ("trouble", x => x.Trouble),
            ("deadLettered", x => x.DeadLettered), ("outputs", x => x.Outputs), ("costs", x => x.Costs), ("currency", x => x.Currency), ("toldCost", x => x.ToldCost), ("unannounced", x => x.Unannounced),
            ("timeline", x => x.Timeline));
        DocumentMap.Of<JobTrouble>(
            ("bucket", x => x.Bucket), ("disposition", x => x.Disposition), ("code", x => x.Code), ("reason", x => x.Reason), ("fix", x => x.Fix), ("said", x => x.Said), ("faults", x => x.Faults));
        DocumentMap.Of<InputFault>(("field", x => x.Field), ("found", x => x.Found), ("rule", x => x.Rule), ("fix", x => x.Fix));
        DocumentMap.Of<DeadLetteredCommand>(("command", x => x.Command), ("step", x => x.Step));
        DocumentMap.Of<StoredCost>(("attempt", x => x.Attempt), ("estimated", x => x.Estimated), ("actual", x => x.Actual));
        DocumentMap.Of<TimelineEntry>(("at", x => x.At), ("state", x => x.State), ("note", x => x.Note));
        DocumentMap.Of<ResultOutput>(("name", x => x.Name), ("path", x => x.Path), ("mediaType", x => x.MediaType), ("bytes", x => x.Bytes), ("sha256", x => x.Sha256));
    }

    private static void RegisterAttempt()
    {
        DocumentMap.Of<AttemptId>(("job", x => x.JobId), ("generation", x => x.Generation), ("number", x => x.Number));
        DocumentMap.Of<Attempt>(
            ("_id", x => x.Id), ("tenant", x => x.TenantId), ("correlationId", x => x.CorrelationId), ("provider", x => x.Provider), ("account", x => x.Account), ("owner", x => x.Owner),
            ("openedAt", x => x.OpenedAt), ("callBy", x => x.CallBy), ("intent", x => x.Intent), ("estimate", x => x.Estimate), ("state", x => x.State), ("dueAt", x => x.DueAt),
            ("taskId", x => x.TaskId), ("watch", x => x.Watch), ("end", x => x.End), ("failure", x => x.Failure), ("slotReturned", x => x.SlotReturned));
        DocumentMap.Of<TaskIntent>(
            ("model", x => x.Model), ("fingerprint", x => x.Fingerprint), ("resolution", x => x.Resolution), ("ratio", x => x.Ratio), ("duration", x => x.Duration));
        DocumentMap.Of<TaskPrice>(("amount", x => x.Amount), ("currency", x => x.Currency), ("tokens", x => x.Tokens), ("perMillion", x => x.PerMillion));
        DocumentMap.Of<AttemptWatch>(
            ("polls", x => x.Polls), ("misses", x => x.Misses), ("mismatches", x => x.Mismatches), ("absentReads", x => x.AbsentReads), ("failedReads", x => x.FailedReads));
        DocumentMap.Of<AttemptEnd>(
            ("kind", x => x.Kind), ("taskCreatedAt", x => x.TaskCreatedAt), ("taskEndedAt", x => x.TaskEndedAt), ("outputs", x => x.Outputs), ("usage", x => x.Usage), ("price", x => x.Price),
            ("failure", x => x.Failure), ("missing", x => x.Missing));
        DocumentMap.Of<TaskOutput>(("name", x => x.Name), ("uri", x => x.Uri));
        DocumentMap.Of<TaskUsage>(("tokens", x => x.Tokens), ("durationSeconds", x => x.DurationSeconds), ("resolution", x => x.Resolution), ("ratio", x => x.Ratio));
        DocumentMap.Of<ProviderFailure>(
            ("bucket", x => x.Bucket), ("disposition", x => x.Disposition), ("code", x => x.Code), ("reason", x => x.Reason), ("fix", x => x.Fix), ("neverLeft", x => x.NeverLeft), ("said", x => x.Said));
    }

    private static void RegisterResult()
    {
        DocumentMap.Of<JobResult>(
            ("schema", x => x.Schema), ("jobId", x => x.JobId), ("generation", x => x.Generation), ("tenant", x => x.TenantId), ("correlationId", x => x.CorrelationId),
            ("provider", x => x.Provider), ("model", x => x.Model), ("taskId", x => x.TaskId), ("outputs", x => x.Outputs), ("usage", x => x.Usage), ("cost", x => x.Cost),
            ("submittedAt", x => x.SubmittedAt), ("taskCreatedAt", x => x.TaskCreatedAt), ("taskEndedAt", x => x.TaskEndedAt), ("retrievedAt", x => x.RetrievedAt));
        DocumentMap.Of<JobCost>(("estimated", x => x.Estimated), ("actual", x => x.Actual), ("unknown", x => x.Unknown), ("currency", x => x.Currency));
    }
}

/// <summary>One parameter of an input.</summary>
internal sealed class StoredParameter
{
    public string Name { get; set; } = "";

    /// <summary>The value as JSON.</summary>
    public string Json { get; set; } = "";
}

/// <summary>One detail of what somebody did.</summary>
internal sealed class StoredDetail
{
    public string Name { get; set; } = "";
    public string Value { get; set; } = "";
}

/// <summary>What one attempt costs.</summary>
internal sealed class StoredCost
{
    public int Attempt { get; set; }
    public decimal Estimated { get; set; }
    public decimal? Actual { get; set; }
}
