using System.CommandLine;
using System.Globalization;
using Workers.Jobs.Lifecycle;

namespace Workers.Cli.Operating;

/// <summary>The options that operators' commands share.</summary>
internal static class Who
{
    /// <summary>Who acts: the user of this machine, unless the option says otherwise.</summary>
    public static readonly Option<string> Actor = new("--actor") { Description = "Who does this, for the audit. Default: the user of this machine.", HelpName = "WHO", DefaultValueFactory = _ => Environment.UserName is { Length: > 0 } user ? user : "unknown" };

    public static readonly Option<TimeSpan> Wait = new("--wait") { Description = "How long to wait for what comes of it.", HelpName = "TIME", DefaultValueFactory = _ => TimeSpan.FromSeconds(15) };

    public static readonly Argument<Guid> Job = new("JOB") { Description = "The job's id." };

    static Who()
    {
        Actor.Validators.Add(result =>
        {
            if (result.Tokens is [var token, ..] && token.Value.Trim().Length is 0 or > SubmissionRules.LongestUser)
            {
                result.AddError($"--actor names somebody in 1 to {SubmissionRules.LongestUser} characters.");
            }
        });
        Wait.Validators.Add(result =>
        {
            if (result.Tokens is [var token, ..] && TimeSpan.TryParse(token.Value, CultureInfo.InvariantCulture, out var wait) && (wait < TimeSpan.Zero || wait > TimeSpan.FromDays(1)))
            {
                result.AddError("--wait must be from 00:00:00 to 1.00:00:00.");
            }
        });
    }
}
