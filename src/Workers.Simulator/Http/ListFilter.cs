using System.Globalization;
using Workers.Simulator.Requests;
using Workers.Simulator.Tasks;

namespace Workers.Simulator.Http;

/// <summary>What a list call asks for, besides ids.</summary>
internal sealed record ListFilter(int PageNumber, int PageSize, string? Status, string? Model, string? ServiceTier)
{
    private const int MostPages = 500;
    private const int UsualPageSize = 20;

    // ModelArk's list of states to filter by has no expired.
    private static readonly string[] Statuses = ["queued", "running", "cancelled", "succeeded", "failed"];
    private static readonly string[] Tiers = ["default", "flex"];

    public static (ListFilter? Filter, ArkError? Mistake) Read(IQueryCollection query)
    {
        ArkError? mistake = null;
        var filter = new ListFilter(
            Number("page_num", 1),
            Number("page_size", UsualPageSize),
            Word("filter.status", Statuses),
            query["filter.model"].FirstOrDefault(),
            Word("filter.service_tier", Tiers));
        return mistake is null ? (filter, null) : (null, mistake);

        int Number(string name, int otherwise)
        {
            if (query[name].FirstOrDefault() is not { } text)
            {
                return otherwise;
            }

            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MostPages)
            {
                return number;
            }

            mistake ??= ArkError.Invalid(name, $"it must be between 1 and {MostPages}");
            return otherwise;
        }

        string? Word(string name, string[] allowed)
        {
            var word = query[name].FirstOrDefault();
            if (word is not null && !allowed.Contains(word))
            {
                mistake ??= ArkError.Invalid(name, $"it must be one of {string.Join(", ", allowed)}");
            }

            return word;
        }
    }

    public bool Matches(GenerationTask task) =>
        (Status is null || Status == TaskJson.Word(task.State))
        && (Model is null || Model == task.Body.ModelId)
        && (ServiceTier is null || ServiceTier == task.Body.ServiceTier);
}
