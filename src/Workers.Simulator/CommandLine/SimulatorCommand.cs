using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using Workers.Simulator.Faulting;

namespace Workers.Simulator.CommandLine;

/// <summary>The program's command line. Each option can also come from the environment; the command line wins.</summary>
internal sealed class SimulatorCommand : RootCommand
{
    private const string VariablePrefix = "SIMULATOR_";

    private static readonly SimulatorOptions Standard = new();

    private readonly Func<string, string?> _environment;
    private readonly Option<int> _port;
    private readonly Option<string> _address;
    private readonly Option<double> _timeScale;
    private readonly Option<int> _seed;
    private readonly Option<string[]> _keys;
    private readonly Option<int> _maxRunning;
    private readonly Option<int> _maxQueued;
    private readonly Option<int> _createsPerMinute;
    private readonly Option<int> _getsPerSecond;
    private readonly Option<int> _listsPerSecond;
    private readonly Option<int> _deletesPerSecond;
    private readonly Option<TimeSpan> _clockAhead;
    private readonly Option<bool> _tellsTime;
    private readonly Option<ListOffer> _lists;
    private readonly Option<TimeSpan> _startDelay;
    private readonly Option<TimeSpan> _minTaskDuration;
    private readonly Option<TimeSpan> _maxTaskDuration;
    private readonly Option<long> _outputPadding;
    private readonly Option<bool> _countersOnly;
    private readonly Option<FaultScript> _faults;

    /// <param name="environment">Finds a variable's value by its name.</param>
    public SimulatorCommand(Func<string, string?> environment)
        : base(Help.Description)
    {
        _environment = environment;
        _port = Add("port", 8090, "Port to listen on; 0: a free one.", Whole);
        _address = Add("address", Standard.Address, "Address to listen on; a container needs 0.0.0.0.", Text);
        _timeScale = Add("time-scale", 1d, "How many seconds of the provider's time pass in one second.", Scale);
        _seed = Add("seed", Standard.Seed, "Decides durations, ids and faults, together with each job's content.", Whole);
        _keys = Add<string[]>("keys", ["simulator-key=account-1"], "Accepted API keys, each with its account's name: KEY=NAME,KEY=NAME.", Words);
        _maxRunning = Add("max-running", Standard.MaxRunning, "Tasks running at once for each account and model; 4k: 1.", Whole);
        _maxQueued = Add("max-queued", Standard.MaxQueued, "Queued tasks for each account, more are refused; 0: unlimited.", Whole);
        _createsPerMinute = Add("creates-per-minute", Standard.CreatesPerMinute, "For each account and model; 4k: 15; 0: unlimited.", Whole);
        _getsPerSecond = Add("gets-per-second", Standard.GetsPerSecond, "For each account; 0: unlimited.", Whole);
        _listsPerSecond = Add("lists-per-second", Standard.ListsPerSecond, "For each account; 0: unlimited.", Whole);
        _deletesPerSecond = Add("deletes-per-second", Standard.DeletesPerSecond, "For each account; 0: unlimited.", Whole);
        _clockAhead = Add("clock-ahead", Standard.ClockAhead, "How far its clock is ahead of this machine's, or with a minus sign behind: 20m, -3h.", SignedTime);
        _tellsTime = Add("tells-time", Standard.TellsTime, "Whether answers tell its time in Date: true or false.", bool.TryParse);
        _lists = Add("lists", Standard.Lists, "What becomes of list calls: whole, by-model (403 without filter.model), not-found (404), not-allowed (405).", Offer);
        _startDelay = Add("start-delay", Standard.StartDelay, "How long a task stays queued although there is room: 500ms, 5s, 2m, 1h.", Time);
        _minTaskDuration = Add("min-task-duration", Standard.MinTaskDuration, "The shortest time a task runs, in the provider's time.", Time);
        _maxTaskDuration = Add("max-task-duration", Standard.MaxTaskDuration, "The longest time a task runs, in the provider's time.", Time);
        _outputPadding = Add("output-padding", Standard.OutputPaddingBytes, "Bytes to make each film longer by.", Bytes);
        _countersOnly = Add("counters-only", Standard.KeepCountersOnly, "Keep counts, not every request: true or false.", bool.TryParse);
        _faults = Add("faults", FaultScript.None, "File with a fault script, see above.", Script);
        SetAction(RunAsync);
        Add(HealthCommand.Create(line => line.GetRequiredValue(_port)));
    }

    private delegate bool Reader<T>(string text, out T value);

    /// <summary>What was asked for, on the command line or in the environment.</summary>
    public SimulatorOptions Read(ParseResult line) => new()
    {
        Port = line.GetRequiredValue(_port),
        Address = line.GetRequiredValue(_address),
        Seed = line.GetRequiredValue(_seed),
        ApiKeys = Keys(line.GetRequiredValue(_keys)),
        MaxRunning = line.GetRequiredValue(_maxRunning),
        MaxQueued = line.GetRequiredValue(_maxQueued),
        CreatesPerMinute = line.GetRequiredValue(_createsPerMinute),
        GetsPerSecond = line.GetRequiredValue(_getsPerSecond),
        ListsPerSecond = line.GetRequiredValue(_listsPerSecond),
        DeletesPerSecond = line.GetRequiredValue(_deletesPerSecond),
        ClockAhead = line.GetRequiredValue(_clockAhead),
        TellsTime = line.GetRequiredValue(_tellsTime),
        Lists = line.GetRequiredValue(_lists),
        StartDelay = line.GetRequiredValue(_startDelay),
        MinTaskDuration = line.GetRequiredValue(_minTaskDuration),
        MaxTaskDuration = line.GetRequiredValue(_maxTaskDuration),
        OutputPaddingBytes = line.GetRequiredValue(_outputPadding),
        KeepCountersOnly = line.GetRequiredValue(_countersOnly),
        Faults = line.GetRequiredValue(_faults),
    };

    private async Task<int> RunAsync(ParseResult line, CancellationToken cancellationToken)
    {
        var options = Read(line);
        if (options.FindMistakes() is { Count: > 0 } mistakes)
        {
            await line.InvocationConfiguration.Error.WriteLineAsync(string.Join(Environment.NewLine, mistakes));
            return 1;
        }

        try
        {
            await ServeAsync(options, line.GetRequiredValue(_timeScale), line.InvocationConfiguration.Output, cancellationToken);
            return 0;
        }
        catch (IOException fault)
        {
            await line.InvocationConfiguration.Error.WriteLineAsync(fault.Message);
            return 1;
        }
    }

    private static async Task ServeAsync(SimulatorOptions options, double scale, TextWriter output, CancellationToken cancellationToken)
    {
        await using var simulator = await ModelArkSimulator.StartAsync(options, new ScaledTime(scale), cancellationToken);
        await output.WriteLineAsync($"Simulated ModelArk API: {simulator.BaseAddress}");
        await output.WriteLineAsync($"What happened so far:   {simulator.Root}simulator/ledger");
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Time runs {scale} times as fast. Ctrl-C ends it."));
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private Option<T> Add<T>(string name, T standard, string description, Reader<T> reader)
    {
        var variable = VariablePrefix + name.Replace('-', '_').ToUpperInvariant();
        var option = new Option<T>($"--{name}")
        {
            Description = $"{description} Or {variable}.",
            HelpName = name,
            Arity = ArgumentArity.ExactlyOne,
            CustomParser = result => ReadOr(result, result.Tokens.Single().Value, $"--{name}", reader, standard),
            DefaultValueFactory = result => _environment(variable) is { Length: > 0 } text ? ReadOr(result, text, variable, reader, standard) : standard,
        };
        Options.Add(option);
        return option;
    }

    private static T ReadOr<T>(ArgumentResult result, string text, string name, Reader<T> reader, T otherwise)
    {
        try
        {
            if (reader(text, out var value))
            {
                return value;
            }

            result.AddError($"{name}: '{text}' is not understood.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            result.AddError($"{name}: {fault.Message}");
        }

        return otherwise;
    }

    private static Dictionary<string, string> Keys(string[] words) => words
        .Select((word, index) => word.Split('=', 2) is [var key, var account] ? (key, account) : (key: word, account: $"account-{index + 1}"))
        .DistinctBy(pair => pair.key)
        .ToDictionary(pair => pair.key, pair => pair.account);

    private static bool Text(string text, out string value) => (value = text).Length > 0;

    private static bool Words(string text, out string[] value) =>
        (value = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Length > 0;

    private static bool Whole(string text, out int value) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    private static bool Bytes(string text, out long value) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private static bool Scale(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && value > 0 && double.IsFinite(value);

    private static bool Time(string text, out TimeSpan value)
    {
        if (FaultGrammar.Time(text) is { } time)
        {
            value = time;
            return true;
        }

        return TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out value) && text.Contains(':', StringComparison.Ordinal);
    }

    private static bool SignedTime(string text, out TimeSpan value)
    {
        var isBehind = text.StartsWith('-');
        var isTime = Time(isBehind ? text[1..] : text, out value);
        value = isBehind ? -value : value;
        return isTime;
    }

    private static bool Offer(string text, out ListOffer value)
    {
        value = Enum.GetValues<ListOffer>().FirstOrDefault(offer => JsonNamingPolicy.KebabCaseLower.ConvertName(offer.ToString()) == text, (ListOffer)(-1));
        return Enum.IsDefined(value);
    }

    private static bool Script(string path, out FaultScript value)
    {
        value = FaultScript.Parse(File.ReadAllText(path));
        return true;
    }
}
