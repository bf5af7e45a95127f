using System.Globalization;
using MongoDB.Bson;
using MongoDB.Bson.IO;
using Workers.Testing;

namespace Workers.MongoDb.Tests.Documents.Corpus;

/// <summary>
/// Stored documents of each version of the fleet, as canonical extended JSON: a folder per version, a file per document, named by its collection and kind. A version has those alone
/// that it writes otherwise than the one before.
/// </summary>
internal static class CorpusFiles
{
    private static readonly JsonWriterSettings Canonical = new() { OutputMode = JsonOutputMode.CanonicalExtendedJson, Indent = true, NewLineChars = "\n" };

    /// <summary>Version and name of every document.</summary>
    public static IEnumerable<(string Version, string Name)> All() =>
        Directory.GetFiles(Folder(), "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => (Path.GetFileName(Path.GetDirectoryName(file)!), Path.GetFileNameWithoutExtension(file)));

    public static BsonDocument Read(string version, string name) => BsonDocument.Parse(File.ReadAllText(Path.Combine(Folder(), version, $"{name}.json")));

    /// <summary>As it is written now.</summary>
    public static BsonDocument Read(string name) => Read(NewestOf(name), name);

    /// <summary>The version that last changed how a document is written.</summary>
    public static string NewestOf(string name) => All().Where(one => one.Name == name).MaxBy(one => int.Parse(one.Version.AsSpan(1), CultureInfo.InvariantCulture)).Version;

    public static void Write(string version, string name, BsonDocument document) =>
        File.WriteAllText(Path.Combine(Folder(), version, $"{name}.json"), document.ToJson(Canonical) + "\n");

    /// <summary>The document of a collection that has everything.</summary>
    public static IReadOnlyList<BsonDocument> Full(string collection) => [Read($"{collection}.full")];

    public static string CollectionOf(string name) => name[..name.IndexOf('.', StringComparison.Ordinal)];

    private static string Folder() => Repository.PathOf("tests", "Workers.MongoDb.Tests", "Documents", "Corpus");
}
