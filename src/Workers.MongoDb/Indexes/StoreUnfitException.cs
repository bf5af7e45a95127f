namespace Workers.MongoDb.Indexes;

/// <summary>The store is there, and a person must mend it before the fleet may use it. The message says how.</summary>
internal sealed class StoreUnfitException(string message) : Exception(message);
