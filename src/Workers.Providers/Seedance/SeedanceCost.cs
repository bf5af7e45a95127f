using Workers.Providers.Seedance.Models;

namespace Workers.Providers.Seedance;

/// <summary>Tokens and money. ModelArk, pricing: tokens = seconds of input video and output * width * height * 24 / 1024; only succeeded tasks are billed.</summary>
internal static class SeedanceCost
{
    private const int FramesPerSecond = 24;
    private const decimal FlexShare = 0.5m;

    public static TaskPrice Estimate(SeedanceInput input, SeedanceRegion region) => input.IsFinal ? OfFinal(input, region) : OfInput(input, region);

    private static TaskPrice OfInput(SeedanceInput input, SeedanceRegion region)
    {
        var frames = input.Frames ?? Frames(OutputSeconds(input));
        frames += (long)Math.Ceiling(InputVideoSeconds(input) * FramesPerSecond);
        return Price(input, (long)Math.Ceiling(Tokens(input, frames) * DraftShare(input)), input.Count(Roles.Video) > 0, region);
    }

    /// <summary>
    /// ModelArk, draft mode: a film that is made from a draft costs by the draft's duration, ratio and input video. None of these is known here, so that the most
    /// is assumed, at the price without a video, which is the dearer: an estimate should not be too low.
    /// </summary>
    private static TaskPrice OfFinal(SeedanceInput input, SeedanceRegion region)
    {
        var plain = Price(input, Tokens(input, Frames(input.Model.MaxSeconds)), withVideo: false, region);
        var frames = Frames(input.Model.MaxSeconds) + ((long)input.Model.MaxInputSeconds * FramesPerSecond);
        var withVideo = Price(input, Tokens(input, frames), withVideo: true, region);
        return plain.ForTokens((long)Math.Ceiling(Math.Max(plain.Amount, withVideo.Amount) / plain.PerMillion * 1_000_000m));
    }

    /// <summary>Tasks were seen to be billed one frame more than the documented formula says.</summary>
    private static long Frames(long seconds) => (seconds * FramesPerSecond) + 1;

    private static long Tokens(SeedanceInput input, long frames) =>
        ((frames * FrameSizes.Pixels(input.Model.Sizes, input.PlannedResolution, input.PlannedRatio)) + 1023) / 1024;

    private static TaskPrice Price(SeedanceInput input, long tokens, bool withVideo, SeedanceRegion region)
    {
        var perMillion = SeedancePrices.PerMillion(input.Model, input.PlannedResolution, withVideo, IsSilent(input), region);
        return TaskPrice.Of(tokens, perMillion * (input.IsFlex ? FlexShare : 1m), region.Currency);
    }

    /// <summary>A draft without sound is not known to use less than any other film.</summary>
    private static decimal DraftShare(SeedanceInput input) => input.IsDraft && !IsSilent(input) ? input.Model.DraftShare : 1m;

    /// <summary>Surely without sound: it is on by default, and a draft's is not known.</summary>
    private static bool IsSilent(SeedanceInput input) => input.Flag("generate_audio") == false;

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
