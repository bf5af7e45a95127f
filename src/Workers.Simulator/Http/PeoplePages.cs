namespace Workers.Simulator.Http;

/// <summary>Pages for people and supervisors, which are no part of ModelArk.</summary>
internal static class PeoplePages
{
    public static void Map(IEndpointRouteBuilder routes, Ledger ledger)
    {
        routes.MapGet("/health", http => new Answer(200, """{"status":"ok"}"""u8.ToArray()).WriteAsync(http.Response, http.RequestAborted));
        routes.MapGet("/simulator/ledger", http => new Answer(200, Summary(ledger)).WriteAsync(http.Response, http.RequestAborted));
    }

    private static byte[] Summary(Ledger ledger) => JsonBytes.Of(writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartObject("requests");
        foreach (var operation in ledger.Answers.GroupBy(answer => answer.Key.Operation))
        {
            writer.WriteStartObject(Word(operation.Key));
            foreach (var (key, count) in operation)
            {
                writer.WriteNumber(key.Status is { } status ? $"{status}" : "dropped", count);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteStartObject("tasks");
        foreach (var (state, count) in ledger.States)
        {
            writer.WriteNumber(TaskJson.Word(state), count);
        }

        writer.WriteEndObject();
        writer.WriteStartObject("invoice");
        writer.WriteNumber("tokens", ledger.BilledTokens);
        writer.WriteNumber("usd", ledger.AmountUsd);
        writer.WriteEndObject();
        writer.WriteBoolean("list_rate_exceeded", ledger.ListRateExceeded);
        writer.WriteNumber("jobs_with_more_than_one_live_or_billed_task", ledger.JobsWithMoreThanOneLiveOrBilledTask().Count());
        writer.WriteEndObject();
    });

    private static string Word(Operation operation) => operation switch
    {
        Operation.Create => "create",
        Operation.Get => "get",
        Operation.List => "list",
        Operation.Delete => "delete",
        _ => "download",
    };
}
