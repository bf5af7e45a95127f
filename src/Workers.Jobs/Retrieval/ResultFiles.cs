using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;
using Workers.Providers;

namespace Workers.Jobs.Retrieval;

/// <summary>The files of the results: hashed on the way, and under their names only when they are whole and on disk.</summary>
internal sealed class ResultFiles(IOptions<RetrievalOptions> options, Chance chance)
{
    private const int ChunkBytes = 128 * 1024;

    private readonly string _root = Path.GetFullPath(options.Value.Root);

    /// <summary>Stores one output under a temporary name. Dispose of it: what was not kept is removed.</summary>
    /// <exception cref="IOException">The source ended early, or the disk is full.</exception>
    /// <exception cref="OutputTooLargeException">There is more than may be stored.</exception>
    public async Task<StoredFile> StoreAsync(Job job, string name, Stream content, string mediaType, CancellationToken cancellationToken)
    {
        var folder = FolderOf(job.TenantId, job.CorrelationId);
        Directory.CreateDirectory(folder);
        var temporary = Path.Combine(folder, $".{name}.{chance.NextGuid():N}.part");
        try
        {
            var (bytes, sha256) = await CopyAsync(content, temporary, cancellationToken);
            var file = $"{name}{Extension(mediaType)}";
            return new StoredFile(
                temporary,
                Path.Combine(folder, file),
                new ResultOutput { Name = name, Path = $"{job.TenantId}/{job.CorrelationId}/{file}", MediaType = mediaType, Bytes = bytes, Sha256 = sha256 });
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Writes the result's record beside its files. Until the job has succeeded nobody counts on it: whoever is stopped half-way, or meets another, writes it again.</summary>
    /// <exception cref="IOException">Another writes it at this moment, or the disk is full.</exception>
    public Task WriteRecordAsync(JobResult result, CancellationToken cancellationToken) =>
        File.WriteAllBytesAsync(Path.Combine(FolderOf(result.TenantId, result.JobId), "result.json"), ResultJson.Write(result), cancellationToken);

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
            return new DirectoryInfo(FolderOf(tenant, jobId)).EnumerateFiles().Aggregate(default(FileCount), (count, file) => count + new FileCount(1, file.Length));
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

    private async Task<(long Bytes, string Sha256)> CopyAsync(Stream content, string path, CancellationToken cancellationToken)
    {
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous);
            long bytes = 0;
            int read;
            while ((read = await content.ReadAsync(chunk, cancellationToken)) > 0)
            {
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
            return (bytes, Convert.ToHexStringLower(hash.GetCurrentHash()));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    private static string Extension(string mediaType) => mediaType switch
    {
        "video/mp4" => ".mp4",
        "video/quicktime" => ".mov",
        "image/png" => ".png",
        "image/jpeg" => ".jpg",
        "image/webp" => ".webp",
        _ => ".bin",
    };
}

/// <summary>So many files, of so many bytes together.</summary>
internal readonly record struct FileCount(int Files, long Bytes)
{
    public static FileCount operator +(FileCount one, FileCount other) => new(one.Files + other.Files, one.Bytes + other.Bytes);
}

/// <summary>An output on disk under a temporary name.</summary>
internal sealed class StoredFile(string temporary, string path, ResultOutput output) : IDisposable
{
    private bool _isKept;

    public ResultOutput Output => output;

    /// <summary>Gives the file its name, in one step. A file of that name is the same output, fetched before.</summary>
    public void Keep()
    {
        File.Move(temporary, path, overwrite: true);
        _isKept = true;
    }

    public void Dispose()
    {
        if (!_isKept)
        {
            File.Delete(temporary);
        }
    }
}

/// <summary>An output is larger than what may be stored.</summary>
internal sealed class OutputTooLargeException(long maxBytes) : Exception($"The output has more than {maxBytes} bytes (Retrieval:MaxBytes).");
