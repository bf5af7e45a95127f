using System.Globalization;
using System.Text.Json;
using Workers.Contracts;

namespace Workers.Cli.Files;

/// <summary>A file of jobs: one submission in the contract's JSON a line, with the optional member <c>expectedEnd</c>. Blank lines and lines that begin with <c>//</c> are passed over.</summary>
internal static class JobFile
{
    public const string ExpectedEnd = "expectedEnd";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <exception cref="CannotStartException">There is no such file, it can't be read, or there are no jobs in it.</exception>
    public static async Task<IReadOnlyList<JobLine>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        string[] texts;
        try
        {
            texts = await File.ReadAllLinesAsync(path, cancellationToken);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CannotStartException($"There is no file {path} (looked for {Path.GetFullPath(path)}).");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CannotStartException($"{path} can't be read: {(Directory.Exists(path) ? "it is a folder." : fault.Message)}");
        }

        JobLine[] lines = [.. texts.Index().Where(text => IsJob(text.Item)).Select(text => Read(text.Index + 1, text.Item))];
        return lines.Length > 0 ? lines : throw new CannotStartException($"There are no jobs in {path}: each line is one submission as JSON.");
    }

    internal static JobLine Read(int number, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Strict);
            return Read(number, document.RootElement);
        }
        catch (JsonException fault)
        {
            var found = string.Create(CultureInfo.InvariantCulture, $"{text.Length} characters that are no JSON from byte {fault.BytePositionInLine + 1} on");
            return new JobLine
            {
                Number = number,
                Submission = null,
                Expected = null,
                Faults = [Fault("the line", found, "a line is one JSON object, each member given once", "Correct it there: quotes, commas and braces are what is mostly missing.")],
            };
        }
    }

    private static JobLine Read(int number, JsonElement root)
    {
        List<InputFault> faults = [.. ContractShape.Check(root, typeof(SubmitJob), "the line", ExpectedEnd)];
        End? expected = null;
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty(ExpectedEnd, out var word)
            && (word.ValueKind != JsonValueKind.String || !End.TryParse(word.GetString(), out expected)))
        {
            faults.Add(Fault(ExpectedEnd, ContractShape.Shape(word), End.Rule, "Give one of these, or leave it out."));
        }

        return new JobLine
        {
            Number = number,
            Submission = faults.Count == 0 ? root.Deserialize(ContractsJson.Default.SubmitJob) : null,
            Expected = expected,
            Faults = faults,
        };
    }

    private static bool IsJob(string text) => !string.IsNullOrWhiteSpace(text) && !text.AsSpan().TrimStart().StartsWith("//", StringComparison.Ordinal);

    private static InputFault Fault(string field, string found, string rule, string fix) => new() { Field = field, Found = found, Rule = rule, Fix = fix };
}
