using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Workers.Simulator.Faulting;
using Workers.Simulator.Requests;
using Workers.Simulator.Tasks;

namespace Workers.Simulator.Http;

/// <summary>A call that was understood.</summary>
/// <param name="Subject">What faults are decided by; null: none can hit.</param>
/// <param name="JobKey">Null where the job is unknown.</param>
/// <param name="Do">The work, under the engine's gate and caught up.</param>
internal sealed record UnderstoodCall(FaultSubject? Subject, string? JobKey, string? TaskId, Func<DateTimeOffset, Answer> Do);

/// <summary>The way of every API call: the key, the rate, the faults before, the work with its record, the faults after.</summary>
internal sealed class CallRunner(Engine engine, FaultDecider faults, TimeProvider time)
{
    private const string Scheme = "Bearer ";

    public async Task RunAsync(HttpContext http, Operation operation, Func<Account, Task<UnderstoodCall>> understand)
    {
        var isKept = IsKept(http);
        if (FindAccount(engine, http.Request) is not { } account)
        {
            var refusal = Refuse(operation, null, ArkError.Unauthorized);
            await refusal.WriteAsync(http.Response, http.RequestAborted);
            return;
        }

        if (!TryBegin(operation, account, out var tooSoon))
        {
            await tooSoon.WriteAsync(http.Response, http.RequestAborted);
            return;
        }

        var call = await understand(account);
        var hit = call.Subject is { } subject ? faults.Decide(subject) : [];
        if (!isKept)
        {
            hit = [.. hit.Where(fault => fault is not Fault.CloseKept)];
        }

        await WaitAsync(hit, afterWork: false, http.RequestAborted);
        var answer = Do(operation, account, call, hit);
        await WaitAsync(hit, afterWork: true, http.RequestAborted);
        if (answer is null)
        {
            await HangUpAsync(http, inGoodOrder: hit.OfType<Fault.CloseKept>().Any());
        }
        else
        {
            await answer.WriteAsync(http.Response, http.RequestAborted);
        }
    }

    /// <summary>Does the work and records it, at one instant.</summary>
    /// <returns>Null: the connection is to be dropped.</returns>
    private Answer? Do(Operation operation, Account account, UnderstoodCall call, IReadOnlyList<Fault> hit)
    {
        using (engine.Gate.EnterScope())
        {
            var now = engine.CatchUp();
            var (answer, taskId) = Do(call, hit, now);
            engine.Ledger.Add(new RecordedRequest
            {
                Operation = operation,
                Account = account.Name,
                JobKey = call.JobKey,
                TaskId = call.TaskId ?? taskId,
                Try = call.Subject?.Try ?? 0,
                Status = answer?.Status,
                Code = answer?.Code,
                At = now,
            });
            return answer;
        }
    }

    private static (Answer? Answer, string? TaskId) Do(UnderstoodCall call, IReadOnlyList<Fault> hit, DateTimeOffset now)
    {
        if (hit.OfType<Fault.DropRequest>().Any())
        {
            return (null, null);
        }

        if (hit.OfType<Fault.Answer>().FirstOrDefault() is { } asked)
        {
            return (Answer.Of(ArkError.Of(asked), now), null);
        }

        if (hit.OfType<Fault.RetryAfter>().FirstOrDefault() is { } later)
        {
            return (Answer.Of(ArkError.Of(new Fault.Answer(429)), now) with { RetryAfterSeconds = later.Seconds }, null);
        }

        if (hit.OfType<Fault.ErrorInside>().FirstOrDefault() is { } inside)
        {
            return (Answer.Of(new ArkError(200, inside.Code, "This error was asked for."), now), null);
        }

        if (hit.OfType<Fault.Firewall>().Any())
        {
            return (Answer.Firewall, null);
        }

        if (hit.OfType<Fault.FetchTimeout>().Any())
        {
            return (Answer.Of(ArkError.Invalid("content[1].image_url", "timeout while fetching resource"), now), null);
        }

        var answer = call.Do(now);
        Answer? told = hit.Any(fault => fault is Fault.DropResponse or Fault.CloseKept) ? null
            : hit.OfType<Fault.WrongShape>().Any() ? Answer.WrongShape
            : hit.OfType<Fault.NotJson>().Any() ? Answer.WebPage
            : answer;
        return (told, answer.TaskId);
    }

    /// <summary>Whether the connection has served a call before.</summary>
    private static bool IsKept(HttpContext http) => !http.Features.GetRequiredFeature<IConnectionItemsFeature>().Items.TryAdd(typeof(CallRunner), null);

    private static async Task HangUpAsync(HttpContext http, bool inGoodOrder)
    {
        if (inGoodOrder)
        {
            await http.Features.GetRequiredFeature<IConnectionTransportFeature>().Transport.Output.CompleteAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        else
        {
            http.Abort();
        }
    }

    /// <summary>Whose key a request carries; null where it carries none that is known.</summary>
    public static Account? FindAccount(Engine engine, HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? engine.FindAccount(header[Scheme.Length..].Trim()) : null;
    }

    private bool TryBegin(Operation operation, Account account, out Answer tooSoon)
    {
        using (engine.Gate.EnterScope())
        {
            var now = engine.CatchUp();
            if (account.TryBegin(operation, now))
            {
                tooSoon = null!;
                return true;
            }

            if (operation is Operation.List)
            {
                engine.Ledger.Add(new ListCall(account.Name, now, 0, 0, ExceededRate: true));
            }

            tooSoon = Refuse(operation, account.Name, ArkError.TooManyCalls, exceededRate: true);
            return false;
        }
    }

    private Answer Refuse(Operation operation, string? account, ArkError error, bool exceededRate = false)
    {
        using (engine.Gate.EnterScope())
        {
            var now = engine.CatchUp();
            engine.Ledger.Add(new RecordedRequest
            {
                Operation = operation,
                Account = account,
                JobKey = null,
                TaskId = null,
                Try = 0,
                Status = error.Status,
                Code = error.Code,
                At = now,
                ExceededRate = exceededRate,
            });
            return Answer.Of(error, now);
        }
    }

    private async Task WaitAsync(IReadOnlyList<Fault> hit, bool afterWork, CancellationToken cancellationToken)
    {
        foreach (var delay in hit.OfType<Fault.Delay>().Where(delay => delay.AfterWork == afterWork))
        {
            await Task.Delay(delay.For, time, cancellationToken);
        }
    }
}
