using MongoDB.Driver;

namespace Workers.MongoDb.Tests.Recording;

/// <summary>All at once.</summary>
internal sealed class Found<T>(IReadOnlyList<T> documents) : IAsyncCursor<T>
{
    private bool _isOver;

    public IEnumerable<T> Current => documents;

    public bool MoveNext(CancellationToken cancellationToken = default)
    {
        var isFirst = !_isOver;
        _isOver = true;
        return isFirst;
    }

    public Task<bool> MoveNextAsync(CancellationToken cancellationToken = default) => Task.FromResult(MoveNext(cancellationToken));

    public void Dispose() => _isOver = true;
}
