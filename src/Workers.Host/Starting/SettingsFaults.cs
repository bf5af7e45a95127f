using Microsoft.Extensions.Options;

namespace Workers.Host.Starting;

/// <summary>What is wrong with the settings, of all sections.</summary>
internal static class SettingsFaults
{
    /// <summary>One line each; none where the exception is about something else.</summary>
    public static IReadOnlyList<string> Of(Exception fault) => fault switch
    {
        OptionsValidationException invalid => [.. invalid.Failures],
        AggregateException several when several.InnerExceptions.All(one => Of(one).Count > 0) => [.. several.InnerExceptions.SelectMany(Of)],

        // A value that is of the wrong type; the inner exception would repeat it.
        InvalidOperationException { InnerException: FormatException or ArgumentException } unreadable => [unreadable.Message],
        _ => [],
    };
}
