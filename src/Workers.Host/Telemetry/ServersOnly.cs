using Serilog.Core;
using Serilog.Events;

namespace Workers.Host.Telemetry;

/// <summary>Of an address on the web its server is told: tenants choose the path of a reference, and the query of an output lets in whoever has it.</summary>
internal sealed class ServersOnly : ILogEventEnricher
{
    public static string Of(Uri address) => $"{address.Scheme}://{address.Authority}/";

    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
    {
        List<LogEventProperty>? cut = null;
        foreach (var (name, value) in logEvent.Properties)
        {
            if (value is ScalarValue { Value: Uri { IsAbsoluteUri: true, Scheme: "http" or "https" } address })
            {
                (cut ??= []).Add(new LogEventProperty(name, new ScalarValue(Of(address))));
            }
        }

        cut?.ForEach(logEvent.AddOrUpdateProperty);
    }
}
