using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Primitives;
using Workers.Simulator.Faulting;
using Workers.Simulator.Outputs;
using Workers.Simulator.Requests;
using Workers.Simulator.Tasks;

namespace Workers.Simulator.Http;

/// <summary>The four calls of ModelArk's video generation API.</summary>
internal sealed class TaskCalls(Engine engine, FaultDecider faults, CallRunner runner, OutputLinks links, ListOffer lists)
{
    private const string Path = "/api/v3/contents/generations/tasks";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Path, CreateAsync);
        routes.MapGet(Path, ListAsync);
        routes.MapGet(Path + "/{id}", http => GetAsync(http, (string)http.GetRouteValue("id")!));
        routes.MapDelete(Path + "/{id}", http => DeleteAsync(http, (string)http.GetRouteValue("id")!));
    }

    /// <summary>The simulator's address as the client knows it.</summary>
    internal static string Root(HttpContext http) => $"{http.Request.Scheme}://{http.Request.Host}/";

    private Task CreateAsync(HttpContext http) => runner.RunAsync(http, Operation.Create, async account =>
    {
        JsonDocument document;
        try
        {
            document = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
        }
        catch (JsonException)
        {
            return new UnderstoodCall(null, null, null, now => Answer.Of(ArkError.Invalid("", "the body is not JSON"), now));
        }

        using (document)
        {
            return document.RootElement.ValueKind is JsonValueKind.Object
                ? Understand(account, document.RootElement)
                : new UnderstoodCall(null, null, null, now => Answer.Of(ArkError.Invalid("", "the body is not an object"), now));
        }
    });

    private UnderstoodCall Understand(Account account, JsonElement request)
    {
        var jobKey = JobKey.Of(request);
        var (body, mistake) = CreateBodyReader.Read(request);
        int number;
        using (engine.Gate.EnterScope())
        {
            number = engine.CountTry(jobKey);
        }

        var subject = new FaultSubject(Operation.Create, jobKey, number, body?.Content.Prompt, body?.Directives ?? []);
        return new UnderstoodCall(subject, jobKey, null, now =>
        {
            if (body is null)
            {
                return Answer.Of(mistake!, now);
            }

            var (task, refusal) = engine.Create(account, body, jobKey, number, now);
            return task is null ? Answer.Of(refusal!, now) : Created(task);
        });
    }

    private static Answer Created(GenerationTask task) => new(200, JsonBytes.Of(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("id", task.Id);
        if (task.Body.SafetyIdentifier is not null)
        {
            writer.WriteString("safety_identifier", task.Body.SafetyIdentifier);
        }

        writer.WriteEndObject();
    }))
    { TaskId = task.Id };

    private Task GetAsync(HttpContext http, string id) => runner.RunAsync(http, Operation.Get, account =>
        Task.FromResult(OfTask(Operation.Get, account, id, task => ++task.Gets, (task, now) =>
            task is null || !task.IsVisibleAt(now)
                ? Answer.Of(ArkError.UnknownTask(id), now)
                : new Answer(200, JsonBytes.Of(writer => TaskJson.WriteReading(writer, task, links, Root(http), listed: false))))));

    private Task DeleteAsync(HttpContext http, string id) => runner.RunAsync(http, Operation.Delete, account =>
        Task.FromResult(OfTask(Operation.Delete, account, id, task => ++task.Deletes, (task, now) =>
        {
            var refusal = task is null ? ArkError.UnknownTask(id) : engine.Delete(task, now);
            return refusal is null ? new Answer(200, "{}"u8.ToArray()) : Answer.Of(refusal, now);
        })));

    /// <param name="count">Counts the call, and says the how-manieth of the task it is.</param>
    private UnderstoodCall OfTask(Operation operation, Account account, string id, Func<GenerationTask, int> count, Func<GenerationTask?, DateTimeOffset, Answer> answer)
    {
        using (engine.Gate.EnterScope())
        {
            engine.CatchUp();
            var known = FindTask(account, id);
            var subject = known is null
                ? new FaultSubject(operation, id, 1, null, [])
                : new FaultSubject(operation, known.JobKey, count(known), known.Body.Content.Prompt, known.Body.Directives);

            // Looked up again when the work is done: a delay may lie between.
            return new UnderstoodCall(subject, known?.JobKey, id, now => answer(FindTask(account, id), now));
        }
    }

    private GenerationTask? FindTask(Account account, string id) => engine.FindTask(id) is { } task && task.Account == account ? task : null;

    private Task ListAsync(HttpContext http) => runner.RunAsync(http, Operation.List, account =>
    {
        var (filter, mistake) = ListFilter.Read(http.Request.Query);
        var ids = http.Request.Query["filter.task_ids"];
        return Task.FromResult(new UnderstoodCall(ListSubject(account, ids), null, null, now =>
            Refusal(filter, now) ?? (filter is null ? Answer.Of(mistake!, now) : List(account, filter, ids, Root(http), now))));
    });

    /// <summary>What this provider says to lists that it does not offer, or null.</summary>
    private Answer? Refusal(ListFilter? filter, DateTimeOffset now) => lists switch
    {
        ListOffer.ByModel when filter is { Model: null } => Answer.Of(ArkError.ModelNotNamed, now),
        ListOffer.NotFound => Answer.Nothing(404),
        ListOffer.NotAllowed => Answer.Nothing(405),
        _ => null,
    };

    private FaultSubject? ListSubject(Account account, StringValues ids)
    {
        // Counting every set of ids costs memory: only where a rule could ask for it.
        if (!faults.HasRulesFor(Operation.List))
        {
            return null;
        }

        var key = new StringBuilder(account.Name);
        foreach (var id in ids.Order(StringComparer.Ordinal))
        {
            key.Append(CultureInfo.InvariantCulture, $" {id}");
        }

        using (engine.Gate.EnterScope())
        {
            return new FaultSubject(Operation.List, key.ToString(), engine.CountTry(key.ToString()), null, []);
        }
    }

    private Answer List(Account account, ListFilter filter, StringValues ids, string root, DateTimeOffset now)
    {
        var candidates = ids.Count > 0
            ? ids.Distinct().Select(id => FindTask(account, id ?? "")).OfType<GenerationTask>().OrderByDescending(task => task.Sequence)
            : account.Tasks.Reverse();
        var matching = candidates.Where(task => task.IsListedAt(now) && filter.Matches(task)).ToList();
        var page = matching.Skip((filter.PageNumber - 1) * filter.PageSize).Take(filter.PageSize).ToList();
        var twice = matching.Count(task => task.Trait<Fault.ListedTwice>() is not null);
        engine.Ledger.Add(new ListCall(account.Name, now, ids.Count, page.Count, ExceededRate: false));
        return new Answer(200, JsonBytes.Of(writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("total", matching.Count + twice);
            writer.WriteStartArray("items");
            foreach (var task in page.SelectMany(task => Enumerable.Repeat(task, task.Trait<Fault.ListedTwice>() is null ? 1 : 2)))
            {
                TaskJson.WriteReading(writer, task, links, root, listed: true);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }));
    }
}
