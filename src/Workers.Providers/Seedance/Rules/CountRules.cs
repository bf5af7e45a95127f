using System.Globalization;
using Workers.Contracts;
using Workers.Providers.Seedance.Models;

namespace Workers.Providers.Seedance.Rules;

/// <summary>ModelArk, create task: how many references of a role, and how many seconds of them together.</summary>
internal static class CountRules
{
    private const string Field = "input.references";
    private static readonly string[] Timed = ["video", "audio"];

    public static IEnumerable<InputFault> Check(SeedanceInput input)
    {
        var model = input.Model;
        (string Role, string What, int Max)[] limits =
        [
            (Roles.FirstFrame, "first frames", 1),
            (Roles.LastFrame, "last frames", 1),
            (Roles.Image, "reference images", model.MaxReferenceImages),
            (Roles.Video, "reference videos", model.MaxReferenceVideos),
            (Roles.Audio, "reference audios", model.MaxReferenceAudios),
        ];

        // Where a model takes none at all, another rule says so.
        foreach (var (role, what, max) in limits.Where(limit => limit.Max > 0 && input.Count(limit.Role) > limit.Max))
        {
            yield return Fault($"{Shape.Count(input.Count(role))} {what}", string.Create(CultureInfo.InvariantCulture, $"at most {max} {what} for this model"), "Leave some out.");
        }

        foreach (var kind in Timed.Where(kind => model.Can(Features.ReferenceMedia) && Seconds(input, kind) > model.MaxInputSeconds))
        {
            yield return Fault(
                $"references of kind {kind} that are longer",
                string.Create(CultureInfo.InvariantCulture, $"all references of kind {kind} together must last at most {model.MaxInputSeconds} seconds for this model"),
                "Cut them, or leave some out.");
        }
    }

    private static double Seconds(SeedanceInput input, string kind) =>
        input.References.Where(reference => reference.Kind == kind).Sum(reference => reference.DurationSeconds ?? 0);

    private static InputFault Fault(string found, string rule, string fix) => new() { Field = Field, Found = found, Rule = rule, Fix = fix };
}
