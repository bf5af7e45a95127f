using Workers.CrashMatrix.Fleet;

namespace Workers.CrashMatrix.Rows;

/// <summary>A place in the code where a process dies or stands still.</summary>
/// <param name="Name">As the table has it.</param>
/// <param name="Failpoint">The failpoint that is reached there.</param>
/// <param name="MostHits">A seed picks one of so many times that a process comes there in a run.</param>
/// <param name="LongestDelay">A seed picks how much later it happens, while the code goes on.</param>
internal sealed record Place(string Name, string Failpoint, int MostHits, TimeSpan LongestDelay = default)
{
    /// <summary>All of them, in the order of a job's life.</summary>
    public static IReadOnlyList<Place> All { get; } =
    [
        new("accepted", Jobs.Failpoints.Failpoint.Accepted, 8),
        new("saved-before-publish", Jobs.Failpoints.Failpoint.SavedBeforePublish, 30),
        new("published", Jobs.Failpoints.Failpoint.Published, 24),
        new("before-attempt", Jobs.Failpoints.Failpoint.BeforeAttempt, 8),
        new("before-call", Jobs.Failpoints.Failpoint.BeforeCall, 8),
        new("during-call", Jobs.Failpoints.Failpoint.BeforeCall, 8, FleetPace.CallTakes * 1.2),
        new("after-call", Jobs.Failpoints.Failpoint.AfterCall, 8),
        new("task-recorded", Jobs.Failpoints.Failpoint.TaskRecorded, 8),
        new("start-told", Jobs.Failpoints.Failpoint.StartTold, 8),
        new("round-saved", Jobs.Failpoints.Failpoint.RoundSaved, 3),
        new("ends-told", Jobs.Failpoints.Failpoint.EndsTold, 2),
        new("downloading", Jobs.Failpoints.Failpoint.Downloading, 8, TimeSpan.FromMilliseconds(5)),
        new("before-result", Jobs.Failpoints.Failpoint.BeforeResult, 8),
        new("result-recorded", Jobs.Failpoints.Failpoint.ResultRecorded, 8),
    ];
}
