using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;
using Workers.Providers;
using Workers.Providers.Http;

namespace Workers.Jobs.Retrieval;

/// <summary>The files of the results: hashed on the way, and under their names only when they are whole and on disk.</summary>
internal sealed class ResultFiles(IOptions<RetrievalOptions> options, Chance chance)
{
    private const int ChunkBytes = 128 * 1024;
    private const int ProbeBytes = 4096;

    /// <summary>The folder in a job's own of what was fetched and refused.</summary>
    private const string Aside = "aside";

    private readonly string _root = Path.GetFullPath(options.Value.Root);

    /// <summary>Stores one output under a temporary name. Dispose of it: what was not kept is removed.</summary>
    /// <exception cref="OutputBrokenException">The source ended early.</exception>
    /// <exception cref="OutputTooLargeException">There is more than may be stored.</exception>
    /// <exception cref="ResultsUnwritableException">The folder does not take it.</exception>
    public async Task<StoredFile> StoreAsync(Job job, string name, Stream content, string? mediaType, CancellationToken cancellationToken)
    {
        var folder = FolderOf(job.TenantId, job.CorrelationId);
        var temporary = Path.Combine(folder, $".{name}.{chance.NextGuid():N}.part");
        try
        {
            Directory.CreateDirectory(folder);
            var (bytes, sha256, head) = await CopyAsync(content, temporary, cancellationToken);
            var type = FirstBytes.Judge(mediaType, head);
            var output = new ResultOutput { Name = name, Path = PathOf(job, $"{name}{Extension(type)}"), MediaType = type, Bytes = bytes, Sha256 = sha256 };
            return new StoredFile(this, temporary, output, PathOf(job, $"{Aside}/{job.Attempt}-{name}{Extension(type)}"));
        }
        catch (Exception fault)
        {
            TryDelete(temporary);
            if (IsOfTheFolder(fault))
            {
                throw new ResultsUnwritableException(fault);
            }

            throw;
        }
    }

    /// <summary>Writes the result's record beside its files. Until the job has succeeded nobody counts on it: whoever is stopped half-way, or meets another, writes it again.</summary>
    /// <exception cref="IOException">Another writes it at this moment.</exception>
    /// <exception cref="ResultsUnwritableException">The folder does not take it.</exception>
    public async Task WriteRecordAsync(JobResult result, CancellationToken cancellationToken)
    {
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(FolderOf(result.TenantId, result.JobId), "result.json"), ResultJson.Write(result), cancellationToken);
        }
        catch (Exception fault) when (IsOfTheFolder(fault))
        {
            throw new ResultsUnwritableException(fault);
        }
    }

    /// <summary>Makes files of the present attempt that were kept aside the result's. Safe to repeat.</summary>
    /// <returns>The outputs as they are now; null where there are none, or not all of them are there.</returns>
    public IReadOnlyList<ResultOutput>? TakeFromAside(Job job)
    {
        var mine = job.Outputs.Where(output => output.Path.StartsWith(PathOf(job, $"{Aside}/{job.Attempt}-"), StringComparison.Ordinal)).ToList();
        ResultOutput[] taken = [.. mine.Select(output => output with { Path = PathOf(job, $"{output.Name}{Extension(output.MediaType)}") })];
        foreach (var (from, to) in mine.Zip(taken))
        {
            if (File.Exists(FullPath(from.Path)))
            {
                File.Move(FullPath(from.Path), FullPath(to.Path), overwrite: true);
            }
            else if (new FileInfo(FullPath(to.Path)) is not { Exists: true } there || there.Length != to.Bytes)
            {
                return null;
            }
        }

        return taken is [] ? null : taken;
    }

    /// <summary>How many of the files that a record names are not there.</summary>
    public int CountMissing(IEnumerable<ResultOutput> named) => named.Count(output => !File.Exists(FullPath(output.Path)));

    /// <summary>Tries whether results can be stored, with a small file and a look at the space that is left.</summary>
    /// <returns>What is wrong, for a person; null where nothing is.</returns>
    public string? Probe()
    {
        var probe = Path.Combine(_root, $".probe-{chance.NextGuid():N}");
        try
        {
            Directory.CreateDirectory(_root);
            File.WriteAllBytes(probe, new byte[ProbeBytes]);
            File.Delete(probe);
            var free = new DriveInfo(_root).AvailableFreeSpace;
            return free >= options.Value.LeastFreeBytes ? null : string.Create(
                CultureInfo.InvariantCulture,
                $"The folder of results (Retrieval:Root) has {free} bytes of space left, fewer than {options.Value.LeastFreeBytes} (Retrieval:LeastFreeBytes).");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            TryDelete(probe);
            return ResultsUnwritableException.Describe(fault);
        }
    }

    /// <summary>
    /// Clears away what processes that died left half written. Somebody who fetches the same outputs at this moment fails, is redelivered, and finds the result.
    /// </summary>
    public void ClearHalves(Job job)
    {
        foreach (var half in Directory.EnumerateFiles(FolderOf(job.TenantId, job.CorrelationId), "*.part"))
        {
            File.Delete(half);
        }
    }

    /// <summary>Whether somebody has begun to fetch a job's outputs.</summary>
    public bool HasFolder(Job job) => Directory.Exists(FolderOf(job.TenantId, job.CorrelationId));

    /// <summary>What lies on disk of a job.</summary>
    public FileCount Measure(string tenant, Guid jobId)
    {
        try
        {
            return new DirectoryInfo(FolderOf(tenant, jobId)).EnumerateFiles("*", SearchOption.AllDirectories).Aggregate(default(FileCount), (count, file) => count + new FileCount(1, file.Length));
        }
        catch (Exception fault) when (fault is DirectoryNotFoundException or FileNotFoundException)
        {
            return default; // it made no file, or another removes them just now
        }
    }

    /// <summary>Removes a job's files and folder, and its tenant's folder where nothing else is in it. Safe to repeat.</summary>
    /// <returns>What was there.</returns>
    public FileCount Remove(string tenant, Guid jobId)
    {
        var found = Measure(tenant, jobId);
        var folder = new DirectoryInfo(FolderOf(tenant, jobId));
        try
        {
            folder.Delete(recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            return default; // it made no file, or another removed them
        }

        try
        {
            if (!folder.Parent!.EnumerateFileSystemInfos().Any())
            {
                folder.Parent.Delete();
            }
        }
        catch (IOException)
        {
            // Another removed it, or has just put something into it.
        }

        return found;
    }

    /// <summary>Where a job's files lie; the form of a tenant's name sees to it that this is below the root.</summary>
    private string FolderOf(string tenant, Guid jobId) => SubmissionRules.IsName(tenant)
        ? Path.Combine(_root, tenant, jobId.ToString())
        : throw new ArgumentException($"The tenant of job {jobId} has not the form of one.", nameof(tenant));

    /// <summary>Where a file lies, of one that a record names or is to name.</summary>
    internal string FullPath(string path) => Path.Combine(_root, path);

    /// <summary>Whether the folder is to blame: not where another has the same file in hand, or has cleared it away.</summary>
    internal static bool IsOfTheFolder(Exception fault) => fault is UnauthorizedAccessException
        || (fault is IOException and not FileNotFoundException && (fault.HResult & 0xFFFF) is not (LockedOnUnix or LockedOnWindows));

    private const int LockedOnUnix = 11;
    private const int LockedOnWindows = 32;

    private static string PathOf(Job job, string file) => $"{job.TenantId}/{job.CorrelationId}/{file}";

    internal static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // What made the file useless keeps it from being removed too.
        }
    }

    private async Task<(long Bytes, string Sha256, byte[] Head)> CopyAsync(Stream content, string path, CancellationToken cancellationToken)
    {
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
            long bytes = 0;
            var head = new List<byte>(FirstBytes.Needed);
            int read;
            while ((read = await ReadAsync(content, chunk, cancellationToken)) > 0)
            {
                head.AddRange(chunk.AsSpan(0, Math.Min(read, FirstBytes.Needed - head.Count)));
                bytes += read;
                if (bytes > options.Value.MaxBytes)
                {
                    throw new OutputTooLargeException(options.Value.MaxBytes);
                }

                hash.AppendData(chunk, 0, read);
                await file.WriteAsync(chunk.AsMemory(0, read), cancellationToken);
            }

            // On disk before it has its name: a file under its name is whole, also after a power cut.
#pragma warning disable CA1849 // Only the blocking call reaches the disk.
            file.Flush(flushToDisk: true);
#pragma warning restore CA1849
            return (bytes, Convert.ToHexStringLower(hash.GetCurrentHash()), [.. head]);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    /// <summary>The one place where what goes wrong is the source's fault, and not the folder's.</summary>
    private static async ValueTask<int> ReadAsync(Stream content, byte[] chunk, CancellationToken cancellationToken)
    {
        try
        {
            return await content.ReadAsync(chunk, cancellationToken);
        }
        catch (IOException fault)
        {
            throw new OutputBrokenException(fault);
        }
    }

    private static string Extension(string mediaType) => mediaType switch
    {
        "video/mp4" => ".mp4",
        "video/quicktime" => ".mov",
        "image/png" => ".png",
        "image/jpeg" => ".jpg",
        "image/webp" => ".webp",
        "video/webm" => ".webm",
        "video/x-matroska" => ".mkv",
        "audio/mpeg" => ".mp3",
        "audio/wav" => ".wav",
        _ => ".bin",
    };
}

/// <summary>So many files, of so many bytes together.</summary>
internal readonly record struct FileCount(int Files, long Bytes)
{
    public static FileCount operator +(FileCount one, FileCount other) => new(one.Files + other.Files, one.Bytes + other.Bytes);
}

/// <summary>An output on disk under a temporary name.</summary>
internal sealed class StoredFile(ResultFiles files, string temporary, ResultOutput output, string aside) : IDisposable
{
    private bool _isKept;

    public ResultOutput Output => output;

    /// <summary>Gives the file its name, in one step. A file of that name is the same output, fetched before.</summary>
    /// <exception cref="ResultsUnwritableException">The folder does not take it.</exception>
    public void Keep() => Move(output.Path);

    /// <summary>Keeps the file where no result is looked for, until somebody says what becomes of it.</summary>
    /// <returns>The output, where it lies now.</returns>
    /// <exception cref="ResultsUnwritableException">The folder does not take it.</exception>
    public ResultOutput PutAside()
    {
        Move(aside);
        return output with { Path = aside };
    }

    public void Dispose()
    {
        if (!_isKept)
        {
            ResultFiles.TryDelete(temporary);
        }
    }

    private void Move(string path)
    {
        try
        {
            var target = files.FullPath(path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Move(temporary, target, overwrite: true);
            _isKept = true;
        }
        catch (Exception fault) when (ResultFiles.IsOfTheFolder(fault))
        {
            throw new ResultsUnwritableException(fault);
        }
    }
}

/// <summary>An output could not be read to its end.</summary>
internal sealed class OutputBrokenException(IOException fault) : Exception("The output could not be read to its end.", fault);

/// <summary>The folder of the results takes nothing: nobody's fault but our own.</summary>
internal sealed class ResultsUnwritableException(Exception fault) : Exception(Describe(fault), fault)
{
    private const int NoSpace = 28;
    private const int ReadOnly = 30;
    private const int OverQuota = 122;

    /// <summary>What is wrong with the folder, for a person; exceptions repeat paths.</summary>
    public static string Describe(Exception fault) => $"The folder of results (Retrieval:Root) can't be written: {(fault switch
    {
        UnauthorizedAccessException => "this process is not allowed to",
        DirectoryNotFoundException => "it is not there and can't be made",
        _ => (fault.HResult & 0xFFFF) switch
        {
            NoSpace => "its disk is full",
            ReadOnly => "its disk is read-only",
            OverQuota => "its quota is used up",
            _ => fault.GetType().Name,
        },
    })}.";
}

/// <summary>An output is larger than what may be stored.</summary>
internal sealed class OutputTooLargeException(long maxBytes) : Exception($"The output has more than {maxBytes} bytes (Retrieval:MaxBytes).");
