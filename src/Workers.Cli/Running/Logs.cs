using System.Globalization;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Display;

namespace Workers.Cli.Running;

/// <summary>Where the log of a run goes: a file, or a writer; never into the table.</summary>
internal static class Logs
{
    private const string Template = "{Timestamp:HH:mm:ss.fff} {Level:u3} {SourceContext}: {Message:l}{NewLine}{Exception}";

    /// <exception cref="CannotStartException">The file can't be written.</exception>
    public static Logger Start(LogEventLevel level, string? file, TextWriter writer)
    {
        // Two messages that meet at one job are tried again as a matter of course, and MassTransit warns of each.
        var log = new LoggerConfiguration().MinimumLevel.Is(level).Enrich.FromLogContext()
            .MinimumLevel.Override("MassTransit", level is LogEventLevel.Warning ? LogEventLevel.Error : level);
        if (file is null)
        {
            return log.WriteTo.Sink(new WriterSink(writer)).CreateLogger();
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
            File.WriteAllText(file, "");
            return log.WriteTo.File(file, outputTemplate: Template, formatProvider: CultureInfo.InvariantCulture, shared: true).CreateLogger();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CannotStartException($"The log file {file} can't be written: {fault.Message}", fault);
        }
    }

    private sealed class WriterSink(TextWriter writer) : ILogEventSink
    {
        private readonly MessageTemplateTextFormatter _formatter = new(Template, CultureInfo.InvariantCulture);
        private readonly Lock _lock = new();

        public void Emit(LogEvent logEvent)
        {
            lock (_lock)
            {
                _formatter.Format(logEvent, writer);
            }
        }
    }
}
