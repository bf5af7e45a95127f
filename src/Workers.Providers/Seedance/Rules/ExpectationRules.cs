using Workers.Contracts;
using Workers.Providers.Seedance.Models;

namespace Workers.Providers.Seedance.Rules;

/// <summary>What the job calls success must be what it asks for; else it would be paid for and then fail.</summary>
internal static class ExpectationRules
{
    public static IEnumerable<InputFault> Check(SeedanceInput input, ResultExpectation? expect)
    {
        // An endpoint's defaults are not known, so only what was asked for in words can contradict.
        var isKnown = input.Model != SeedanceModels.Endpoint;

        if (expect?.Resolution is { } resolution && resolution != input.PlannedResolution && (isKnown || input.Resolution is not null))
        {
            yield return Fault("resolution", Shape.Of(resolution), $"the task would be made in {Word(input)}", "Set input.parameters.resolution to what is expected.");
        }

        if (expect?.DurationSeconds is { } seconds && !Fits(input, seconds, isKnown))
        {
            yield return Fault("durationSeconds", "a whole number", "must be the duration that the task is asked for", "Set input.parameters.duration to what is expected.");
        }

        var type = input.Text("output_format") == "mov" ? "video/quicktime" : "video/mp4";
        if (expect?.MediaTypes is { Count: > 0 } types && !types.Contains(type, StringComparer.OrdinalIgnoreCase))
        {
            yield return Fault("mediaTypes", $"a list of {Shape.Count(types.Count)}", $"the output will be {type}", "Add that type, or leave mediaTypes out.");
        }
    }

    private static bool Fits(SeedanceInput input, int seconds, bool isKnown) =>
        input.PlannedSeconds is { } planned && (isKnown || input.Has("duration") || input.Has("frames"))
            ? planned == seconds
            : seconds >= input.Model.MinSeconds && seconds <= input.Model.MaxSeconds;

    /// <summary>Only words that we know are repeated.</summary>
    private static string Word(SeedanceInput input) =>
        input.Model.Resolutions.Contains(input.PlannedResolution) ? input.PlannedResolution : "another resolution";

    private static InputFault Fault(string field, string found, string rule, string fix) =>
        new() { Field = $"expect.{field}", Found = found, Rule = rule, Fix = fix };
}
