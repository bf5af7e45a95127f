using System.Text.Json;
using System.Text.Json.Serialization;
using Workers.Contracts;
using Workers.Jobs.Costs;

namespace Workers.Cli.Reporting;

/// <summary>Everything that a run came to: what <c>--output json</c> prints.</summary>
internal sealed record RunReport
{
    public required string File { get; init; }

    /// <summary>What the program tells the shell.</summary>
    public required int ExitCode { get; init; }

    /// <summary>Why the run ended early, or null.</summary>
    public required string? Stopped { get; init; }

    /// <summary>By the clock on the wall.</summary>
    public required double Seconds { get; init; }

    /// <summary>Who was asked: <c>simulator</c> or <c>provider</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>The folder of the results; the outputs' paths are relative to it. Null where a fleet that goes on has it.</summary>
    public required string? Results { get; init; }

    /// <summary>How many lines stand in each state.</summary>
    public required IReadOnlyDictionary<string, int> States { get; init; }

    /// <summary>How many lines ended as they should.</summary>
    public required int AsExpected { get; init; }

    /// <summary>Failures by cause: of every attempt, also where the next one did better, and of every job that failed or is blocked.</summary>
    public required IReadOnlyDictionary<string, int> Failures { get; init; }

    /// <summary>Of the jobs that asked a provider for a task.</summary>
    public required IReadOnlyList<CostSummary> Costs { get; init; }

    public required IReadOnlyList<LineReport> Lines { get; init; }

    /// <summary>Attempts that may still be billed.</summary>
    public required IReadOnlyList<LooseAttempt> Unsettled { get; init; }

    /// <summary>What the simulator counted; null with a real provider.</summary>
    public required ProviderCalls? Calls { get; init; }
}

/// <summary>One line of the file, and what became of it.</summary>
internal sealed record LineReport
{
    public required int Line { get; init; }
    public required string Name { get; init; }
    public required Guid? JobId { get; init; }
    public required string? TenantId { get; init; }
    public required string? Model { get; init; }
    public required string State { get; init; }

    /// <summary>In the words of <c>expectedEnd</c>.</summary>
    public required string End { get; init; }

    /// <summary>What the line names, else <c>succeeded</c>.</summary>
    public required string ExpectedEnd { get; init; }

    public required bool AsExpected { get; init; }
    public required int? Attempt { get; init; }
    public required string? TaskId { get; init; }
    public required JobCost? Cost { get; init; }

    /// <summary>What went wrong.</summary>
    public required string? Reason { get; init; }

    /// <summary>What to do about it.</summary>
    public required string? Fix { get; init; }

    public required IReadOnlyList<InputFault> Faults { get; init; }
    public required IReadOnlyList<ResultOutput> Outputs { get; init; }
}

/// <summary>An attempt that nobody watches once the run is over, and that may still be billed.</summary>
internal sealed record LooseAttempt
{
    public required string Name { get; init; }
    public required Guid JobId { get; init; }
    public required string Account { get; init; }

    /// <summary>The task, or null where the call's answer was lost or is under way.</summary>
    public required string? TaskId { get; init; }

    public required string State { get; init; }

    /// <summary>Value of the field that the provider echoes, to find the task by (Seedance: <c>execution_expires_after</c>).</summary>
    public required long Fingerprint { get; init; }
}

/// <summary>What the simulator counted, from outside the fleet.</summary>
internal sealed record ProviderCalls
{
    public required long Creates { get; init; }
    public required long Gets { get; init; }
    public required long Lists { get; init; }
    public required long Deletes { get; init; }
    public required long Downloads { get; init; }
    public required int Tasks { get; init; }

    /// <summary>What the simulator would bill.</summary>
    public required decimal BilledUsd { get; init; }

    /// <summary>Jobs that ever had more than one live or billed task; must be 0.</summary>
    public required int JobsPaidTwice { get; init; }
}

/// <summary>Why a run did not begin.</summary>
internal sealed record FailureReport(int ExitCode, IReadOnlyList<string> Problems);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RunReport))]
[JsonSerializable(typeof(FailureReport))]
internal sealed partial class ReportJson : JsonSerializerContext;
