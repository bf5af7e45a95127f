using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Workers.Jobs.Polling;

/// <summary>How tasks are watched. Section <c>Polling</c>.</summary>
public sealed class PollingOptions
{
    public const string Section = "Polling";

    /// <summary>How often a process looks for accounts with attempts due. Default 1 second.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan Tick { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The wait after a task began before the first look, and the unit that the waits grow from. Default 5 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan FirstInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest wait between two looks. Default 30 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "06:00:00")]
    public TimeSpan LongestInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a round is held before another may take its place, renewed while it is under way: what a process that dies leaves undone is late by this. Default 20 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:30:00")]
    public TimeSpan RoundLease { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Times in a row that lists may not have a task, or have it in a shape that nobody knows, before somebody must act. Default 10.</summary>
    [Range(1, 1000)]
    public int OddAnswers { get; set; } = 10;

    /// <summary>How long tasks are looked at in another way before a list that was refused is tried anew. Default 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan ListAgainAfter { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How far a task's times may be from ours, once what the provider tells of its clock is allowed for. Default 2 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>The wait between two readings of the provider's whole list. Default 10 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan RereadAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Pages that a reading of the provider's whole list may take. Default 100, that is 50,000 tasks of a model in a week.</summary>
    [Range(1, 10_000)]
    public int MostPages { get; set; } = 100;

    /// <summary>Readings that may fail before somebody must act. Default 5.</summary>
    [Range(1, 100)]
    public int MostFailedReads { get; set; } = 5;
}

[OptionsValidator]
internal sealed partial class PollingOptionsValidator : IValidateOptions<PollingOptions>;
