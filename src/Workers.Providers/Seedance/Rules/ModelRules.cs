using System.Globalization;
using Workers.Contracts;
using Workers.Providers.Seedance.Models;

namespace Workers.Providers.Seedance.Rules;

/// <summary>ModelArk, model list.</summary>
internal static class ModelRules
{
    private const string Field = "input.model";
    private static readonly string[] Ids = [.. SeedanceModels.All.SelectMany(model => new[] { model.BytePlusId, model.VolcengineId }).Distinct()];

    public static IEnumerable<InputFault> Check(SeedanceInput input, DateOnly today)
    {
        var id = input.Job.Model;
        if (SeedanceModels.Find(id) is { } model)
        {
            if (model.StopsOn <= today)
            {
                yield return new()
                {
                    Field = Field,
                    Found = $"the retired model {model.Name}",
                    Rule = $"the provider refuses this model since {model.StopsOn.Value.ToString("O", CultureInfo.InvariantCulture)}",
                    Fix = "Choose a later model.",
                };
            }
        }
        else if (!SeedanceModels.IsEndpoint(id))
        {
            yield return new()
            {
                Field = Field,
                Found = Shape.Of(id),
                Rule = "must be a Seedance model id or an endpoint id ep-...",
                Fix = Spelling.Closest(id ?? "", Ids) is { } meant ? $"Did you mean {meant}?" : $"Give one of {Shape.List(Ids)}, or an endpoint id.",
            };
        }
    }
}
