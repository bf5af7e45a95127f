using MongoDB.Bson;
using MongoDB.Bson.IO;
using Workers.Testing;

namespace Workers.MongoDb.Tests.Documents.Corpus;

/// <summary>Stored documents of each version of the fleet, as canonical extended JSON: a folder per version, a file per document, named by its collection and kind.</summary>
internal static class CorpusFiles
{
    /// <summary>The version that is written now. One that changes what is stored has the next number, and files of its own.</summary>
    public const string Current = "v1";

    private static readonly JsonWriterSettings Canonical = new() { OutputMode = JsonOutputMode.CanonicalExtendedJson, Indent = true, NewLineChars = "\n" };

    /// <summary>Version and name of every document.</summary>
    public static IEnumerable<(string Version, string Name)> All() =>
        Directory.GetFiles(Folder(), "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => (Path.GetFileName(Path.GetDirectoryName(file)!), Path.GetFileNameWithoutExtension(file)));

    public static BsonDocument Read(string version, string name) => BsonDocument.Parse(File.ReadAllText(Path.Combine(Folder(), version, $"{name}.json")));

    public static void Write(string version, string name, BsonDocument document) =>
        File.WriteAllText(Path.Combine(Folder(), version, $"{name}.json"), document.ToJson(Canonical) + "\n");

    /// <summary>The document of a collection that has everything.</summary>
    public static IReadOnlyList<BsonDocument> Full(string collection) => [Read(Current, $"{collection}.full")];

    public static string CollectionOf(string name) => name[..name.IndexOf('.', StringComparison.Ordinal)];

    private static string Folder() => Repository.PathOf("tests", "Workers.MongoDb.Tests", "Documents", "Corpus");
}
