using System.Globalization;
using Workers.Contracts;
using Workers.Providers.Seedance.Models;

namespace Workers.Providers.Seedance.Rules;

/// <summary>ModelArk, model list and model deprecation notice.</summary>
internal static class ModelRules
{
    private const string Field = "input.model";

    /// <summary>Each model's ids at both platforms.</summary>
    private static IEnumerable<string> Ids(IEnumerable<SeedanceModel> models) => models.SelectMany(model => new[] { model.BytePlusId, model.VolcengineId }).Distinct();

    /// <remarks>A name that a gateway gave is not judged by the platforms' dates: the gateway knows until when it serves a model.</remarks>
    public static IEnumerable<InputFault> Check(SeedanceInput input, DateOnly today)
    {
        var id = input.Job.Model;
        if (SeedanceModels.Find(id) is { } model)
        {
            if (Retirement(model, id!) is { } retirement && retirement.On <= today)
            {
                yield return new()
                {
                    Field = Field,
                    Found = $"the retired model {model.Name}",
                    Rule = $"the provider refuses this model since {retirement.On.ToString("O", CultureInfo.InvariantCulture)}",
                    Fix = $"Choose {retirement.Successor}, which the provider recommends in its place, or another model.",
                };
            }
        }
        else if (input.Model == SeedanceModels.Endpoint && !SeedanceModels.IsEndpoint(id))
        {
            yield return new()
            {
                Field = Field,
                Found = Shape.Of(id),
                Rule = "must be a Seedance model id or an endpoint id ep-...",
                Fix = Spelling.Closest(id ?? "", Ids(SeedanceModels.All)) is { } meant
                    ? $"Did you mean {meant}?"
                    : $"Give one of {Shape.List(Ids(SeedanceModels.All.Where(one => one.BytePlusRetirement is not { } end || end.On > today)))}, or an endpoint id.",
            };
        }
    }

    /// <summary>By the platform whose id was given: an account of the other one is told of its own by its provider.</summary>
    private static Retirement? Retirement(SeedanceModel model, string id) => id == model.VolcengineId ? model.VolcengineRetirement : model.BytePlusRetirement;
}
