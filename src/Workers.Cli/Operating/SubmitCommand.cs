using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;
using Workers.Cli.Broker;
using Workers.Cli.Files;
using Workers.Cli.Stores;
using Workers.Contracts;
using Workers.Jobs;
using Workers.Jobs.Audit;
using Workers.Jobs.Lifecycle;
using Workers.RabbitMq.Connections;

namespace Workers.Cli.Operating;

/// <summary>The command line of <c>workers submit</c>.</summary>
internal static class SubmitCommand
{
    private const string Description = "Submits the jobs of a file to the fleet, and says what each was answered.";

    private const string Explanation =
        $"""
        Each line of the file is one submission as JSON. Where a line can't be read, nothing is sent. Submitting a file again makes no job twice: a line whose job is there already is answered
        with that job. What the fleet has not answered in time lies in its queue and is worked off.

        {StoreSettings.AndBroker}

        Exit codes: 0 there is a job for every line, 2 some were rejected or not answered yet, 1 nothing was sent, or the broker or the store is not to be had.

        Example:
          workers submit jobs.jsonl
        """;

    private const int AtOnce = 16;

    private static readonly Argument<string> File = new("FILE") { Description = "The file of jobs, one JSON object a line." };

    public static Command Create(IAnsiConsole output, IAnsiConsole error)
    {
        var command = new ExplainedCommand("submit", Description, Explanation) { File, Who.Actor, Who.Wait, BrokerSettings.Option, StoreSettings.Option };
        command.SetAction((parsed, stop) => SubmitAsync(parsed, output, error, stop));
        return command;
    }

    private static async Task<int> SubmitAsync(ParseResult parsed, IAnsiConsole output, IAnsiConsole error, CancellationToken stop)
    {
        var file = parsed.GetRequiredValue(File);
        var lines = await JobFile.ReadAsync(file, stop);
        if (lines.Where(line => line.Submission is null).ToList() is { Count: > 0 } unread)
        {
            throw new CannotStartException($"Nothing was sent:{string.Concat(unread.SelectMany(line => line.Faults.Select(fault => FormattableString.Invariant($"\n  {file}:{line.Number}: {fault}"))))}");
        }

        return await StoreSettings.UseAsync(parsed, stores => BrokerSettings.UseAsync(parsed, async broker =>
        {
            await using var line = await FleetLine.OpenAsync(broker.GetRequiredService<BrokerAddress>(), stop);
            foreach (var tenant in lines.Select(one => FleetTenant(one.Submission!)).Append(null).Distinct())
            {
                await line.ListenAsync<JobAccepted>(tenant, stop);
                await line.ListenAsync<SubmissionRejected>(tenant, stop);
            }

            var answers = new SubmissionAnswers(lines, output, error);
            var (audit, time, actor) = (stores.GetRequiredService<IAudit>(), stores.GetRequiredService<TimeProvider>(), parsed.GetRequiredValue(Who.Actor));
            foreach (var round in Rounds(lines))
            {
                await Parallel.ForEachAsync(round, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop }, async (one, token) =>
                {
                    var messageId = Guid.NewGuid();
                    await audit.AppendAsync(EntryOf(one, messageId, actor, time.Now()), token);
                    await line.SendAsync(one.Submission!, messageId, one.JobId!.Value, replyTo: null, token);
                });
                round.ForEach(answers.Expect);
                using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stop);
                waiting.CancelAfter(parsed.GetValue(Who.Wait));
                await answers.HearAsync(line.Heard, waiting.Token);
            }

            return answers.Tell() ? ExitCode.AsExpected : ExitCode.Otherwise;
        }));
    }

    /// <summary>First the first line of each job, then the second ones: the fleet takes submissions in any order, and the first of a job in the file shall be the one that makes it.</summary>
    private static IEnumerable<List<JobLine>> Rounds(IReadOnlyList<JobLine> lines) => lines
        .GroupBy(line => line.JobId!.Value)
        .SelectMany(ofOneJob => ofOneJob.Index())
        .GroupBy(line => line.Index, line => line.Item)
        .OrderBy(round => round.Key)
        .Select(round => round.OrderBy(line => line.Number).ToList());

    /// <summary>What has no tenant that can be one is answered without.</summary>
    private static string? FleetTenant(SubmitJob submission) => SubmissionRules.IsName(submission.TenantId) ? submission.TenantId : null;

    private static AuditEntry EntryOf(JobLine line, Guid messageId, string actor, DateTimeOffset now) => new()
    {
        Id = messageId,
        At = now,
        Actor = actor,
        Action = AuditAction.Submitted,
        TenantId = FleetTenant(line.Submission!) ?? "-",
        JobId = line.JobId,
        Details = new Dictionary<string, string> { ["submissionSha256"] = JobIdentity.Hash(line.Submission!) },
    };
}
