using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using Spectre.Console;
using Workers.Cli.Broker;
using Workers.Cli.Stores;
using Workers.Contracts;
using Workers.Jobs.Audit;

namespace Workers.Cli.Operating;

/// <summary>The command line of <c>workers resume</c>.</summary>
internal static class ResumeCommand
{
    private const string Description = "Lets a blocked job go on, from where its attempt stands.";

    private const string Explanation =
        $"""
        With --input the job goes on with corrected input. That is refused while its task is alive or was paid, unless --pay-again accepts a further task and its bill.

        {StoreSettings.AndBroker}

        {JobOrders.ExitCodes}

        Examples:
          workers resume 5f0c0ffe-0000-8000-8000-000000000001
          workers resume 5f0c0ffe-0000-8000-8000-000000000001 --input corrected.json --actor ada
        """;

    private static readonly Option<string?> Input = new("--input") { Description = "A file with the corrected input, as in a submission's member \"input\".", HelpName = "FILE" };
    private static readonly Option<bool> PayAgain = new("--pay-again") { Description = "Accepts a further task, and its bill, although one is alive or was paid." };

    public static Command Create(IAnsiConsole output, IAnsiConsole error)
    {
        var command = new ExplainedCommand("resume", Description, Explanation) { Who.Job, Input, PayAgain, Who.Actor, Who.Wait, BrokerSettings.Option, StoreSettings.Option };
        command.SetAction(async (parsed, stop) =>
        {
            var input = parsed.GetValue(Input) is { } file ? await ReadAsync(file, stop) : null;
            return await JobOrders.RunAsync(
                parsed,
                (job, actor) => new JobOrder<ResumeJob>(
                    AuditAction.Resumed,
                    new ResumeJob { JobId = job.CorrelationId, TenantId = job.TenantId, RequestedBy = actor, Input = input, PayAgain = parsed.GetValue(PayAgain) },
                    Details(input, parsed.GetValue(PayAgain)),
                    (found, messageId) => found.ResumedBy == messageId),
                output,
                error,
                stop);
        });
        return command;
    }

    private static Dictionary<string, string> Details(JobInput? input, bool payAgain)
    {
        Dictionary<string, string> details = [];
        if (input is not null)
        {
            details["inputSha256"] = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(input, ContractsJson.Default.JobInput)));
        }

        if (payAgain)
        {
            details["payAgain"] = "true";
        }

        return details;
    }

    private static async Task<JobInput> ReadAsync(string file, CancellationToken stop)
    {
        try
        {
            var reading = StrictJson.Read<JobInput>(await File.ReadAllBytesAsync(file, stop), "file");
            return reading.Value ?? throw new CannotStartException($"{file} is no input:{string.Concat(reading.Faults.Select(fault => $"\n  {fault}"))}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CannotStartException($"{file} can't be read ({fault.GetType().Name}). It should hold one input as JSON.", fault);
        }
    }
}
