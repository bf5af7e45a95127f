using System.Globalization;
using Microsoft.Extensions.Options;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Compact;
using Workers.Jobs;

namespace Workers.Host.Telemetry;

/// <summary>The log of a process: levels from the configuration, events to the console and to Seq.</summary>
internal static class FleetLog
{
    private const string Line = "{Timestamp:HH:mm:ss.fff} {Level:u3} {SourceContext}: {Message:l}{NewLine}{Exception}";

    /// <summary>Below this level these sources repeat addresses and headers, and documents: not even somebody who asks for them gets them.</summary>
    private static readonly (string Source, LogEventLevel Least)[] Talkers = [("System.Net.Http", LogEventLevel.Warning), ("MongoDB", LogEventLevel.Information)];

    public static void AddFleetLog(this IServiceCollection services, IConfiguration configuration, Roles roles)
    {
        services.AddOptionsWithValidateOnStart<LogOptions, LogOptionsValidator>().BindConfiguration(LogOptions.Section);
        services.AddSingleton<IValidateOptions<LogOptions>, LogPathsValidator>().AddSingleton<SeqBuffer>();
        services.AddSerilog((provider, log) =>
        {
            log.ReadFrom.Configuration(configuration)
                .Redact()
                .Enrich.WithProperty("Application", "workers")
                .Enrich.WithProperty("Roles", roles.ToString())
                .Enrich.WithProperty("Process", string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}/{Environment.ProcessId}"));
            try
            {
                var options = provider.GetRequiredService<IOptions<LogOptions>>().Value;
                WriteToConsole(log, options.Console ?? Default(configuration));
                WriteToSeq(log, options, provider.GetRequiredService<SeqBuffer>());
            }
            catch (OptionsValidationException)
            {
                WriteToConsole(log, ConsoleFormat.Text); // the process is about to say so, with all other faults, and to end
            }
        });
        ToldExceptions.Use(services);
    }

    private static bool IsTooDetailed(LogEvent logged) =>
        logged.Properties.TryGetValue(Constants.SourceContextPropertyName, out var source)
        && source is ScalarValue { Value: string name }
        && Array.Exists(Talkers, talker => logged.Level < talker.Least && name.StartsWith(talker.Source, StringComparison.Ordinal));

    /// <summary>Whoever logs: nothing is taken apart, addresses on the web are cut, and what repeats content by its nature is not written.</summary>
    internal static LoggerConfiguration Redact(this LoggerConfiguration log) => log
        .Destructure.With<NothingTakenApart>()
        .Enrich.With<ServersOnly>()
        .Filter.ByExcluding(IsTooDetailed);

    private static ConsoleFormat Default(IConfiguration configuration) =>
        configuration["DOTNET_RUNNING_IN_CONTAINER"] is "true" or "1" ? ConsoleFormat.Json : ConsoleFormat.Text;

    private static void WriteToConsole(LoggerConfiguration log, ConsoleFormat format)
    {
        switch (format)
        {
            case ConsoleFormat.Text:
                log.WriteTo.Console(outputTemplate: Line, formatProvider: CultureInfo.InvariantCulture);
                break;

            case ConsoleFormat.Json:
                log.WriteTo.Console(new CompactJsonFormatter());
                break;

            default:
                break;
        }
    }

    private static void WriteToSeq(LoggerConfiguration log, LogOptions options, SeqBuffer buffer)
    {
        if (options.Seq is { } address)
        {
            log.WriteTo.Seq(
                address.ToString(),
                apiKey: options.SeqApiKeyFile is { } file ? File.ReadAllText(file).Trim() : null,
                bufferBaseFilename: options.SeqBuffer is { } folder ? buffer.Take(folder) : null,
                bufferSizeLimitBytes: options.SeqBufferLimit,
                queueSizeLimit: options.SeqQueueLimit,
                batchPostingLimit: options.SeqBatch,
                period: options.SeqPeriod,
                formatProvider: CultureInfo.InvariantCulture);
        }
    }
}
