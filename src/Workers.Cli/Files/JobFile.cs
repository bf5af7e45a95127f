using System.Text;
using System.Text.Json;
using Workers.Contracts;

namespace Workers.Cli.Files;

/// <summary>A file of jobs: one submission in the contract's JSON a line, with the optional member <c>expectedEnd</c>. Blank lines and lines that begin with <c>//</c> are passed over.</summary>
internal static class JobFile
{
    public const string ExpectedEnd = "expectedEnd";

    /// <exception cref="CannotStartException">There is no such file, it can't be read, or there are no jobs in it.</exception>
    public static async Task<IReadOnlyList<JobLine>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        byte[] file;
        try
        {
            file = Utf8Of(await File.ReadAllBytesAsync(path, cancellationToken));
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CannotStartException($"There is no file {path} (looked for {Path.GetFullPath(path)}).");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CannotStartException($"{path} can't be read: {(Directory.Exists(path) ? "it is a folder." : fault.Message)}");
        }

        List<JobLine> lines = [];
        var number = 0;
        foreach (var range in file.AsSpan().Split((byte)'\n'))
        {
            number++;
            var text = file.AsSpan(range);
            if (IsJob(text))
            {
                lines.Add(Read(number, text));
            }
        }

        return lines.Count > 0 ? lines : throw new CannotStartException($"There are no jobs in {path}: each line is one submission as JSON.");
    }

    internal static JobLine Read(int number, ReadOnlySpan<byte> text)
    {
        var reading = StrictJson.Read<SubmitJob>(text, StrictJson.Line, ExpectedEnd);
        List<InputFault> faults = [.. reading.Faults];
        End? expected = null;
        if (reading.Root is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty(ExpectedEnd, out var word) && word.ValueKind != JsonValueKind.Null
            && faults.All(fault => fault.Field != ExpectedEnd) && !End.TryParse(reading.Text(ExpectedEnd), out expected))
        {
            faults.Add(new() { Field = ExpectedEnd, Found = ContractShape.Shape(word), Rule = End.Rule, Fix = "Give one of these, or leave it out." });
        }

        return new JobLine { Number = number, Submission = faults.Count == 0 ? reading.Value : null, Expected = expected, Faults = faults };
    }

    /// <summary>What a Windows shell writes is UTF-16, and says so.</summary>
    private static byte[] Utf8Of(byte[] file)
    {
        if (file is not ([0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]))
        {
            return file;
        }

        using var reader = new StreamReader(new MemoryStream(file));
        return Encoding.UTF8.GetBytes(reader.ReadToEnd());
    }

    private static bool IsJob(ReadOnlySpan<byte> text)
    {
        var begin = text.TrimStart(" \t\r\uFEFF"u8);
        return !begin.IsEmpty && !begin.StartsWith("//"u8);
    }
}
