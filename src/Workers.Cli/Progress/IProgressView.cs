namespace Workers.Cli.Progress;

/// <summary>Shows a run while it goes on.</summary>
internal interface IProgressView : IAsyncDisposable
{
    /// <summary>Begins to show. Disposing of the view ends it, with the last state shown.</summary>
    void Begin();
}
