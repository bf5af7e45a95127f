using Workers.Simulator.Requests;

namespace Workers.Simulator.Tasks;

/// <summary>What a task uses and costs.</summary>
internal static class Bill
{
    private const int FramesPerSecond = 24;

    /// <summary>A draft of 1.5 with sound uses 0.6 of what any other video of its size does.</summary>
    private const int DraftTenths = 6;
    private const decimal TokensPerPrice = 1_000_000;

    /// <summary>Width x height x frames / 1024, where a video of s seconds has 24 s + 1 frames: so say the observed bills, not the documented formula.</summary>
    public static long Tokens(GenerationTask task)
    {
        var (width, height) = Pixels.Of(task.Body.Model.Family, task.Body.Resolution, task.Ratio);
        var inputFrames = FramesPerSecond * task.Body.Content.VideoSeconds;
        long frames = inputFrames + (task.Body.Frames ?? (FramesPerSecond * task.Seconds) + 1);
        var tokens = width * height * frames / 1024;
        return task.Body is { Draft: true, GenerateAudio: true, Model.Family: ModelFamily.V15 } ? tokens * DraftTenths / 10 : tokens;
    }

    /// <summary>In US dollars; 0 for models without a published price.</summary>
    public static decimal Amount(GenerationTask task, long tokens)
    {
        if (task.Body.Model.Price is not { } priceOf)
        {
            return 0;
        }

        var (without, with) = priceOf(task.Body.Resolution);
        return tokens / TokensPerPrice * (task.Body.Content.Videos > 0 ? with : without);
    }
}
