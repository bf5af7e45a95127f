using System.ComponentModel.DataAnnotations;
using System.Net;
using Workers.Simulator.Faulting;

namespace Workers.Simulator;

/// <summary>How the simulated provider behaves. The defaults are ModelArk's published limits for Seedance 2.0.</summary>
public sealed class SimulatorOptions
{
    /// <summary>Decides durations, seeds, ids and faults, together with each job's content. Default 1.</summary>
    public int Seed { get; set; } = 1;

    /// <summary>The port to listen on. Default 0: a free one.</summary>
    [Range(0, 65535)]
    public int Port { get; set; }

    /// <summary>The address to listen on. Default loopback; a container needs <c>0.0.0.0</c>.</summary>
    [Required]
    public string Address { get; set; } = IPAddress.Loopback.ToString();

    /// <summary>The accepted keys and the account of each. Default: <c>simulator-key</c> of <c>account-1</c>.</summary>
    [MinLength(1)]
    public IReadOnlyDictionary<string, string> ApiKeys { get; set; } = new Dictionary<string, string> { ["simulator-key"] = "account-1" };

    /// <summary>Tasks running at once for each account and model; 4k has one. Default 10.</summary>
    [Range(1, int.MaxValue)]
    public int MaxRunning { get; set; } = 10;

    /// <summary>Queued tasks for each account, beyond which creates are refused with 429 QuotaExceeded. Default 120; 0: unlimited.</summary>
    [Range(0, int.MaxValue)]
    public int MaxQueued { get; set; } = 120;

    /// <summary>Creates per minute for each account and model; 4k has 15. Default 600; 0: unlimited.</summary>
    [Range(0, int.MaxValue)]
    public int CreatesPerMinute { get; set; } = 600;

    /// <summary>Get calls per second for each account. Default 20; 0: unlimited.</summary>
    [Range(0, int.MaxValue)]
    public int GetsPerSecond { get; set; } = 20;

    /// <summary>List calls per second for each account. Default 1; 0: unlimited.</summary>
    [Range(0, int.MaxValue)]
    public int ListsPerSecond { get; set; } = 1;

    /// <summary>Delete calls per second for each account. Default 20; 0: unlimited.</summary>
    [Range(0, int.MaxValue)]
    public int DeletesPerSecond { get; set; } = 20;

    /// <summary>How far the provider's clock is ahead of the one that it is given; negative: behind. Default 0.</summary>
    [Range(typeof(TimeSpan), "-365.00:00:00", "365.00:00:00")]
    public TimeSpan ClockAhead { get; set; }

    /// <summary>Whether answers tell the provider's time (<c>Date</c>); else they have a word there that is none. Default true.</summary>
    public bool TellsTime { get; set; } = true;

    /// <summary>What becomes of list calls. Default: they are answered.</summary>
    public ListOffer Lists { get; set; }

    /// <summary>How long a task stays queued although there is room. Default 1 second.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan StartDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The shortest time a task runs, by the provider's clock. Default 40 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "2.00:00:00")]
    public TimeSpan MinTaskDuration { get; set; } = TimeSpan.FromSeconds(40);

    /// <summary>The longest time a task runs, by the provider's clock. Default 110 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "2.00:00:00")]
    public TimeSpan MaxTaskDuration { get; set; } = TimeSpan.FromSeconds(110);

    /// <summary>Bytes appended to each video inside the bounds of its format, for measuring downloads. Default 0.</summary>
    [Range(0, long.MaxValue)]
    public long OutputPaddingBytes { get; set; }

    /// <summary>Whether the ledger keeps counts only, and neither requests nor ended tasks. Default false.</summary>
    public bool KeepCountersOnly { get; set; }

    /// <summary>What goes wrong. Default: nothing, but what prompts ask for.</summary>
    [Required]
    public FaultScript Faults { get; set; } = FaultScript.None;

    /// <summary>Everything that is wrong with these options, each as a sentence that names the option and its value.</summary>
    public IReadOnlyList<string> FindMistakes()
    {
        var mistakes = new List<ValidationResult>();
        Validator.TryValidateObject(this, new ValidationContext(this), mistakes, validateAllProperties: true);
        var sentences = mistakes.Select(mistake => mistake.ErrorMessage ?? mistake.ToString()).ToList();
        if (MinTaskDuration > MaxTaskDuration)
        {
            sentences.Add($"{nameof(MinTaskDuration)} ({MinTaskDuration}) is longer than {nameof(MaxTaskDuration)} ({MaxTaskDuration}).");
        }

        if (Address is not null && !IPAddress.TryParse(Address, out _))
        {
            sentences.Add($"{nameof(Address)} ({Address}) is not an IP address.");
        }

        if (Faults is not null)
        {
            sentences.AddRange(Faults.FindMistakes());
        }

        return sentences;
    }

    /// <exception cref="ValidationException">Names all mistakes at once.</exception>
    internal void ThrowIfWrong()
    {
        if (FindMistakes() is { Count: > 0 } mistakes)
        {
            throw new ValidationException("The simulator's options are wrong. " + string.Join(" ", mistakes));
        }
    }
}

/// <summary>What a provider, or a gateway before it, makes of list calls.</summary>
public enum ListOffer
{
    /// <summary>They are answered.</summary>
    Whole,

    /// <summary>They are refused with 403 AccessDenied unless they name a model, as to a key whose permission is Custom.</summary>
    ByModel,

    /// <summary>404 without a code: a gateway that has no such way.</summary>
    NotFound,

    /// <summary>405 without a code: a gateway that has creates there alone.</summary>
    NotAllowed,
}
