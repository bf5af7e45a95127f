namespace Workers.Providers.Seedance.Models;

/// <summary>List prices per million tokens, October 2026. Lists at Volcengine may carry discounts for a while, which are not known here.</summary>
internal static class SeedancePrices
{
    private sealed record Row(string[] Models, string[] Resolutions, Prices Usd, Prices Cny);

    /// <summary>Per million tokens, without and with a video among the inputs, and without sound where that is cheaper.</summary>
    private sealed record Prices(decimal Plain, decimal WithVideo, decimal? Silent = null);

    private static readonly Row[] Rows =
    [
        new(["seedance-2-0-260128"], ["480p", "720p"], new(7.0m, 4.3m), new(46m, 28m)),
        new(["seedance-2-0-260128"], ["1080p"], new(7.7m, 4.7m), new(51m, 31m)),
        new(["seedance-2-0-260128"], ["4k"], new(4.0m, 2.4m), new(26m, 16m)),
        new(["seedance-2-0-fast-260128"], ["480p", "720p"], new(5.6m, 3.3m), new(37m, 22m)),
        new(["seedance-2-0-mini-260615"], ["480p", "720p"], new(3.5m, 2.1m), new(23m, 14m)),
        new(["seedance-2-5-260628"], ["480p", "720p"], new(10.7m, 6.4m), new(70m, 42m)),
        new(["seedance-2-5-260628"], ["1080p"], new(11.7m, 7.0m), new(77m, 46m)),

        new(["seedance-1-5-pro-251215"], ["480p", "720p", "1080p"], new(2.4m, 2.4m, Silent: 1.2m), new(16m, 16m, Silent: 8m)),
        new(["seedance-1-0-pro-250528"], ["480p", "720p", "1080p"], new(2.5m, 2.5m), new(15m, 15m)),
        new(["seedance-1-0-pro-fast-251015"], ["480p", "720p", "1080p"], new(1.0m, 1.0m), new(4.2m, 4.2m)),
        new(["seedance-1-0-lite-t2v-250428", "seedance-1-0-lite-i2v-250428"], ["480p", "720p", "1080p"], new(1.8m, 1.8m), new(10m, 10m)),
    ];

    /// <summary>The price of a million tokens. The dearest there is where model or resolution are not known: an estimate should not be too low.</summary>
    public static decimal PerMillion(SeedanceModel model, string resolution, bool withVideo, bool silent, SeedanceRegion region)
    {
        var known = Rows.Where(row => row.Models.Contains(model.Name) && row.Resolutions.Contains(resolution)).ToArray();
        return (known.Length > 0 ? known : Rows).Max(row => Price(row, withVideo, silent, region));
    }

    private static decimal Price(Row row, bool withVideo, bool silent, SeedanceRegion region)
    {
        var prices = region.Currency == "CNY" ? row.Cny : row.Usd;
        return silent && prices.Silent is { } less ? less : withVideo ? prices.WithVideo : prices.Plain;
    }
}
