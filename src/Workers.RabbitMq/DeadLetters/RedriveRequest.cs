namespace Workers.RabbitMq.DeadLetters;

/// <summary>What is to be redriven, and how.</summary>
public sealed record RedriveRequest
{
    /// <summary>Which dead letters.</summary>
    public required DeadLetterQuery Query { get; init; }

    /// <summary>Who does it: written on each.</summary>
    public required string By { get; init; }

    /// <summary>How many at most.</summary>
    public required int Limit { get; init; }

    /// <summary>How many a second.</summary>
    public required double Rate { get; init; }

    /// <summary>How many go first and must not fail before the others follow.</summary>
    public required int Canary { get; init; }

    /// <summary>How long those are watched.</summary>
    public required TimeSpan CanaryWait { get; init; }

    /// <summary>A message that was redriven so often already is left where it is.</summary>
    public required int Most { get; init; }

    /// <summary>Says what would be sent, and sends nothing.</summary>
    public required bool DryRun { get; init; }
}

/// <summary>What came of a redrive.</summary>
public sealed record RedriveReport
{
    /// <summary>Sent, or with a dry run what would be.</summary>
    public required int Sent { get; init; }

    /// <summary>Meant and not sent: redriven too often already, or with no queue to go back to.</summary>
    public required int Left { get; init; }

    /// <summary>A canary that is a dead letter again: the rest was not sent.</summary>
    public required DeadLetter? FailedAgain { get; init; }

    /// <summary>How many lie in the same queues and were not looked at.</summary>
    public required long NotLookedAt { get; init; }

    /// <summary>It was stopped before it came to an end.</summary>
    public required bool Stopped { get; init; }
}

/// <summary>What happens while a redrive is under way.</summary>
public abstract record RedriveNews
{
    /// <summary>A letter was sent, or would be.</summary>
    public sealed record Sent(DeadLetter Letter, int Count) : RedriveNews;

    /// <summary>A letter is left where it is.</summary>
    public sealed record Left(DeadLetter Letter, string Why) : RedriveNews;

    /// <summary>The canaries are watched.</summary>
    public sealed record Watching(int Canaries, TimeSpan Wait) : RedriveNews;

    /// <summary>No process takes messages from a queue, so a canary there shows nothing.</summary>
    public sealed record NobodyConsumes(string Queue) : RedriveNews;
}
