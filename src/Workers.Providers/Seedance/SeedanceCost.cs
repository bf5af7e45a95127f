using Workers.Providers.Seedance.Models;

namespace Workers.Providers.Seedance;

/// <summary>Tokens and money. ModelArk, pricing: tokens = seconds of input video and output * width * height * 24 / 1024; only succeeded tasks are billed.</summary>
internal static class SeedanceCost
{
    private const int FramesPerSecond = 24;
    private const decimal FlexShare = 0.5m;

    public static TaskPrice Estimate(SeedanceInput input, SeedanceRegion region)
    {
        // Tasks were seen to be billed one frame more than the documented formula says.
        var frames = input.Frames ?? ((OutputSeconds(input) * FramesPerSecond) + 1);
        frames += (long)Math.Ceiling(InputVideoSeconds(input) * FramesPerSecond);

        var pixelFrames = frames * FrameSizes.Pixels(input.PlannedResolution, input.PlannedRatio);
        return Price(input, (pixelFrames + 1023) / 1024, input.PlannedResolution, region);
    }

    private static TaskPrice Price(SeedanceInput input, long tokens, string resolution, SeedanceRegion region)
    {
        var perMillion = SeedancePrices.PerMillion(input.Model, resolution, input.Count(Roles.Video) > 0, region);
        var share = input.IsFlex ? FlexShare : 1m;
        return TaskPrice.Of(tokens, perMillion * share, region.Currency);
    }

    /// <summary>The longest there is where the model chooses: an estimate should not be too low.</summary>
    private static long OutputSeconds(SeedanceInput input) => input.PlannedSeconds ?? input.Model.MaxSeconds;

    private static double InputVideoSeconds(SeedanceInput input)
    {
        var videos = input.References.Where(reference => reference.Kind == "video").ToArray();
        return videos.All(video => video.DurationSeconds is > 0)
            ? Math.Min(videos.Sum(video => video.DurationSeconds!.Value), input.Model.MaxInputSeconds)
            : input.Model.MaxInputSeconds;
    }
}
