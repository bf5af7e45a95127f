using System.IO.Compression;
using Workers.Simulator.Faulting;
using Workers.Simulator.Outputs;
using Workers.Simulator.Requests;
using Workers.Simulator.Tasks;

namespace Workers.Simulator.Http;

/// <summary>Serves the outputs of tasks at signed addresses, without a key.</summary>
internal sealed class OutputCalls(Engine engine, FaultDecider faults, OutputLinks links, SimulatorOptions options, TimeProvider time)
{
    // ModelArk, get task: the addresses of 2.5 allow so many downloads.
    private const int MostDownloads25 = 100;

    public void Map(IEndpointRouteBuilder routes) => routes.MapMethods(
        $"/{OutputLinks.Folder}/{{id}}/{{name}}",
        [HttpMethods.Get, HttpMethods.Head],
        http => ServeAsync(http, (string)http.GetRouteValue("id")!, (string)http.GetRouteValue("name")!));

    private async Task ServeAsync(HttpContext http, string id, string name)
    {
        var isHead = HttpMethods.IsHead(http.Request.Method);
        var (hit, number) = isHead ? ([], 0) : Decide(id);
        await WaitAsync(hit, afterWork: false, http.RequestAborted);
        var (file, refusal) = Open(http.Request, id, name, hit, number);
        await WaitAsync(hit, afterWork: true, http.RequestAborted);
        if (hit.Any(fault => fault is Fault.DropRequest or Fault.DropResponse))
        {
            http.Abort();
        }
        else if (refusal is not null)
        {
            await refusal.WriteAsync(http.Response, http.RequestAborted);
        }
        else
        {
            await SendAsync(http, file!, hit, isHead);
        }
    }

    private (IReadOnlyList<Fault> Hit, int Number) Decide(string id)
    {
        using (engine.Gate.EnterScope())
        {
            engine.CatchUp();
            if (engine.FindTask(id) is not { } task)
            {
                return ([], 0);
            }

            var number = ++task.Downloads;
            return (faults.Decide(new FaultSubject(Operation.Download, task.JobKey, number, task.Body.Content.Prompt, task.Body.Directives)), number);
        }
    }

    private (OutputFile? File, Answer? Refusal) Open(HttpRequest request, string id, string name, IReadOnlyList<Fault> hit, int number)
    {
        using (engine.Gate.EnterScope())
        {
            var now = engine.CatchUp();
            var task = engine.FindTask(id);
            var file = task is null ? null : OutputFile.Find(task, name, options.OutputPaddingBytes);
            var refusal = Refuse(request, id, name, task, file, hit, now);
            engine.Ledger.Add(new RecordedRequest
            {
                Operation = Operation.Download,
                Account = task?.Account.Name,
                JobKey = task?.JobKey,
                TaskId = id,
                Try = number,
                Status = hit.Any(fault => fault is Fault.DropRequest or Fault.DropResponse) ? null : refusal?.Status ?? 200,
                Code = refusal?.Code,
                At = now,
            });
            return (file, refusal);
        }
    }

    private Answer? Refuse(HttpRequest request, string id, string name, GenerationTask? task, OutputFile? file, IReadOnlyList<Fault> hit, DateTimeOffset now)
    {
        if (hit.OfType<Fault.Answer>().FirstOrDefault() is { } asked)
        {
            return Answer.Of(ArkError.Of(asked), now);
        }

        if (hit.OfType<Fault.RetryAfter>().FirstOrDefault() is { } later)
        {
            return Answer.Of(ArkError.Of(new Fault.Answer(429)), now) with { RetryAfterSeconds = later.Seconds };
        }

        if (task is not null && RefuseOddly(request, task, hit, now) is { } odd)
        {
            return odd;
        }

        var query = request.Query;
        var allowed = links.Allows(
            id, name, query[OutputLinks.DateKey].ToString(), query[OutputLinks.ExpiresKey].ToString(), query[OutputLinks.SignatureKey].ToString(), now);
        if (!allowed || task is { Body.Model.Family: ModelFamily.V25, Downloads: > MostDownloads25 })
        {
            return Answer.Of(new ArkError(403, "AccessDenied", "The address has expired."), now);
        }

        return file is null ? Answer.Of(new ArkError(404, "NoSuchKey", "There is no such output."), now)
            : hit.OfType<Fault.WrongShape>().Any() ? Answer.WrongShape
            : hit.OfType<Fault.NotJson>().Any() ? Answer.WebPage
            : null;
    }

    private Answer? RefuseOddly(HttpRequest request, GenerationTask task, IReadOnlyList<Fault> hit, DateTimeOffset now)
    {
        foreach (var fault in hit)
        {
            switch (fault)
            {
                case Fault.OutputNotYet(var status, var wait) when now < (task.EndedAt ?? now) + wait:
                    return Answer.Of(ArkError.Of(new Fault.Answer(status)), now);

                case Fault.OutputWantsKey when CallRunner.FindAccount(engine, request) != task.Account:
                    return Answer.Of(ArkError.Unauthorized, now);

                case Fault.OutputRedirect(var location):
                    return Answer.Nothing(302) with { Location = location };
            }
        }

        return null;
    }

    private async Task SendAsync(HttpContext http, OutputFile file, IReadOnlyList<Fault> hit, bool isHead)
    {
        http.Response.ContentType = hit.OfType<Fault.OutputType>().FirstOrDefault()?.MediaType ?? file.MediaType;
        if (hit.OfType<Fault.OutputEncoded>().FirstOrDefault() is { Encoding: var encoding } && !isHead)
        {
            http.Response.Headers.ContentEncoding = encoding;
            await using var encoder = Encoder(encoding, http.Response.Body);
            await file.WriteAsync(encoder, file.Length, http.RequestAborted);
            return;
        }

        http.Response.ContentLength = file.Length;
        if (hit.Any(fault => fault is Fault.OutputDrip) && !isHead)
        {
            await DripAsync(http, file);
            return;
        }

        var bytes = isHead ? 0 : hit.OfType<Fault.TruncateDownload>().Any() ? file.Length / 2 : file.Length;
        await file.WriteAsync(http.Response.Body, bytes, http.RequestAborted);
        if (!isHead && bytes < file.Length)
        {
            await http.Response.Body.FlushAsync(http.RequestAborted);
            http.Abort();
        }
    }

    private async Task DripAsync(HttpContext http, OutputFile file)
    {
        using var whole = new MemoryStream();
        await file.WriteAsync(whole, file.Length, http.RequestAborted);
        foreach (var one in whole.ToArray())
        {
            await http.Response.Body.WriteAsync(new[] { one }, http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
            await Task.Delay(TimeSpan.FromSeconds(1), time, http.RequestAborted);
        }
    }

    private static Stream Encoder(string encoding, Stream to) => encoding switch
    {
        "br" => new BrotliStream(to, CompressionLevel.Fastest),
        "deflate" => new ZLibStream(to, CompressionLevel.Fastest),
        _ => new GZipStream(to, CompressionLevel.Fastest),
    };

    private async Task WaitAsync(IReadOnlyList<Fault> hit, bool afterWork, CancellationToken cancellationToken)
    {
        foreach (var delay in hit.OfType<Fault.Delay>().Where(delay => delay.AfterWork == afterWork))
        {
            await Task.Delay(delay.For, time, cancellationToken);
        }
    }
}
