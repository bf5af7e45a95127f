using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Workers.Jobs.Tls;

namespace Workers.MongoDb.Connections;

/// <summary>Where the store is, and how the fleet uses it. Section <c>MongoDb</c>.</summary>
public sealed class MongoDbOptions
{
    public const string Section = "MongoDb";

    /// <summary>
    /// A connection string, <c>mongodb://user@host:port/</c> or <c>mongodb+srv://…</c> (https://www.mongodb.com/docs/manual/reference/connection-string/). Without one the fleet keeps its
    /// records in memory. Keep passwords out of it where others can read it: see <see cref="PasswordFile"/>.
    /// </summary>
    public string? Url { get; set; }

    /// <summary>The database, unless <see cref="Url"/> names one. Default <c>workers</c>.</summary>
    [RegularExpression("[A-Za-z0-9_-]{1,38}")]
    public string Database { get; set; } = "workers";

    /// <summary>A file with the user's name, instead of the address's.</summary>
    public string? UsernameFile { get; set; }

    /// <summary>A file with the password, instead of the address's.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>TLS, where <see cref="Url"/> asks for it with <c>tls=true</c>.</summary>
    public TlsOptions Tls { get; set; } = new();

    /// <summary>A write counts once most of the store's nodes have it; false: once one has. Default true: without it, a job may be lost or paid twice when a node is.</summary>
    public bool Majority { get; set; } = true;

    /// <summary>A write counts once it is in the journal on disk. Default true: without it, a power cut may take jobs that were accepted.</summary>
    public bool Journal { get; set; } = true;

    /// <summary>How long one operation may take before it is tried again. Default 10 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long an operation waits in place for a store that is away, trying again and again; then its message goes back to the queue, uncounted. Must lie below the broker's consumer
    /// time-out (RabbitMQ: 30 minutes). Default 15 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:25:00")]
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>The longest pause between two tries while the store is away. Default 2 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The most connections of one process. Default 64.</summary>
    [Range(1, 10_000)]
    public int Connections { get; set; } = 64;
}

[OptionsValidator]
internal sealed partial class MongoDbOptionsValidator : IValidateOptions<MongoDbOptions>;
