using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;
using Workers.Cli.Broker;
using Workers.Cli.Files;
using Workers.Cli.Running;
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

        With --follow each change of the file's jobs is shown until all have ended or are blocked. Their ends are compared with those that the lines name in "expectedEnd", as by workers run.

        {StoreSettings.AndBroker}

        Exit codes: 0 there is a job for every line, 2 some were rejected or not answered yet, 1 nothing was sent, or the broker or the store is not to be had.
        With --follow: 0 every line ended as expected, 2 some did not, 1 as above, or the time was over before all had ended.

        Examples:
          workers submit jobs.jsonl
          workers submit jobs.jsonl --follow --simulator http://simulator:8090/
        """;

    private const int AtOnce = 16;

    private static readonly Argument<string> File = new("FILE") { Description = "The file of jobs, one JSON object a line." };

    private static readonly Option<bool> Follow = new("--follow") { Description = "Goes on until every job has ended or is blocked, and compares the ends with those that the file names." };
    private static readonly Option<TimeSpan> TimeLimit = new("--timeout") { Description = "How long to follow. What has not ended by then goes on in the fleet.", HelpName = "TIME", DefaultValueFactory = _ => TimeSpan.FromMinutes(10) };
    private static readonly Option<Uri?> Simulator = new("--simulator") { Description = $"The simulator's address as the fleet knows it, for {Run.Placeholder} in the file.", HelpName = "URL", CustomParser = RunCommand.ReadUri };

    public static Command Create(IAnsiConsole output, IAnsiConsole error)
    {
        var command = new ExplainedCommand("submit", Description, Explanation) { File, Follow, TimeLimit, Simulator, Who.Actor, Who.Wait, BrokerSettings.Option, StoreSettings.Option };
        command.SetAction((parsed, stop) => SubmitAsync(parsed, output, error, stop));
        return command;
    }

    private static async Task<int> SubmitAsync(ParseResult parsed, IAnsiConsole output, IAnsiConsole error, CancellationToken stop)
    {
        var lines = await ReadAsync(parsed, stop);
        return await StoreSettings.UseAsync(parsed, stores => BrokerSettings.UseAsync(parsed, async broker =>
        {
            await using var line = await FleetLine.OpenAsync(broker.GetRequiredService<BrokerAddress>(), stop);
            foreach (var tenant in lines.Select(one => FleetTenant(one.Submission!)).Append(null).Distinct())
            {
                await line.ListenAsync<JobAccepted>(tenant, stop);
                await line.ListenAsync<SubmissionRejected>(tenant, stop);
            }

            var answers = new SubmissionAnswers(lines, output, error);
            if (!parsed.GetValue(Follow))
            {
                await SendAsync(parsed, lines, line, answers, stores, parsed.GetValue(Who.Wait), stop);
                return answers.Tell() ? ExitCode.AsExpected : ExitCode.Otherwise;
            }

            var following = new Following(parsed.GetRequiredValue(File), lines, stores, output);
            answers.Heard = following.Board.Heard;
            return await following.ToTheEndAsync(token => SendAsync(parsed, lines, line, answers, stores, Timeout.InfiniteTimeSpan, token), parsed.GetValue(TimeLimit), stop);
        }));
    }

    /// <exception cref="CannotStartException">A line can't be sent.</exception>
    private static async Task<IReadOnlyList<JobLine>> ReadAsync(ParseResult parsed, CancellationToken stop)
    {
        var file = parsed.GetRequiredValue(File);
        var simulator = parsed.GetValue(Simulator);
        var lines = await JobFile.ReadAsync(file, stop);
        List<string> bad = [.. lines.Where(line => line.Submission is null).SelectMany(line => line.Faults.Select(fault => FormattableString.Invariant($"\n  {file}:{line.Number}: {fault}")))];
        if (simulator is null)
        {
            bad.AddRange(lines.Where(line => line.Submission is { } submission && Run.UsesSimulator(submission))
                .Select(line => FormattableString.Invariant($"\n  {file}:{line.Number}: {Run.Placeholder} stands for the simulator's address, which is not told. Give it in --simulator, or write an address that the fleet can reach.")));
        }

        return bad.Count == 0 ? [.. lines.Select(line => Run.Locate(line, simulator))] : throw new CannotStartException($"Nothing was sent:{string.Concat(bad)}");
    }

    /// <summary>Sends all lines and hears their answers, for as long as patience lasts.</summary>
    private static async Task SendAsync(ParseResult parsed, IReadOnlyList<JobLine> lines, FleetLine line, SubmissionAnswers answers, IServiceProvider stores, TimeSpan patience, CancellationToken stop)
    {
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
            waiting.CancelAfter(patience);
            await answers.HearAsync(line.Heard, waiting.Token);
        }
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
