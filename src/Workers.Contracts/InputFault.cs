namespace Workers.Contracts;

/// <summary>One thing that is wrong with an input: where, what was found (its shape, never its content), the rule, and how to mend it.</summary>
public sealed record InputFault
{
    /// <summary>Path of the field, for example <c>input.references[0].role</c>.</summary>
    public required string Field { get; init; }

    /// <summary>The shape of what was found, for example <c>text of 80 characters</c> or <c>missing</c>.</summary>
    public required string Found { get; init; }

    /// <summary>What must hold.</summary>
    public required string Rule { get; init; }

    /// <summary>What to change.</summary>
    public required string Fix { get; init; }

    /// <summary>The fault as one sentence.</summary>
    public override string ToString() => $"{Field}: {Rule} (found {Found}). {Fix}";
}
