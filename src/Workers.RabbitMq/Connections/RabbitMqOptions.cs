using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Workers.Jobs.Tls;

namespace Workers.RabbitMq.Connections;

/// <summary>Where the broker is, and how the fleet uses it. Section <c>RabbitMq</c>.</summary>
public sealed class RabbitMqOptions
{
    public const string Section = "RabbitMq";

    /// <summary>
    /// An AMQP address, <c>amqp://user@host:port/vhost</c> or, with TLS, <c>amqps://…</c> (https://www.rabbitmq.com/docs/uri-spec). Default <c>amqp://guest:guest@localhost:5672/</c>.
    /// Keep passwords out of it where others can read it: see <see cref="PasswordFile"/>.
    /// </summary>
    [Required]
    public string Url { get; set; } = "amqp://guest:guest@localhost:5672/";

    /// <summary>Further nodes of the cluster, each <c>host</c> or <c>host:port</c>: whichever answers is used.</summary>
    public IList<string> Nodes { get; } = [];

    /// <summary>A file with the user's name, instead of the address's. Read at each connect, so that it can be rotated.</summary>
    public string? UsernameFile { get; set; }

    /// <summary>A file with the password, instead of the address's. Read at each connect, so that it can be rotated.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>
    /// The management API, <c>http://host:15672</c> or <c>https://…</c>, for what AMQP can't tell: bindings, and policies that overrule what the fleet declares. Commands and the health check <c>policies</c> ask it; the fleet
    /// works without. User and password are the broker's own; the user needs the tag <c>management</c>, and <c>policymaker</c> for the policies of exchanges. Default: none.
    /// </summary>
    public string? ManagementUrl { get; set; }

    /// <summary>How TLS is spoken, where the address says <c>amqps</c>.</summary>
    public TlsOptions Tls { get; set; } = new();

    /// <summary>
    /// The tenants that each user of the broker may name in raw messages, for example <c>RabbitMq:ProducerTenants:studio-app:0</c> = <c>acme</c>. Each message must say its user in <c>user_id</c> then, which
    /// the broker checks. Default: none, and whoever may publish to the intake may name any tenant.
    /// </summary>
    public IDictionary<string, string[]> ProducerTenants { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal);

    /// <summary>How long a send may wait for the broker's confirmation before it counts as failed. Default 20 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long the oldest send may go unconfirmed before the process calls itself unhealthy. Default 10 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan ConfirmationAlarm { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Deliveries of one message that its consumer's process does not survive, before it goes to <c>workers-crashed</c>. An argument of the queues. Default 100.</summary>
    [Range(1, 10_000)]
    public int DeliveryLimit { get; set; } = 100;

    /// <summary>How often a process looks whether all queues and exchanges of the fleet are there, and declares what is not. Default 5 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan TopologyCheck { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How often the broker may take a message back unhandled (<c>x-acquired-count</c>), which is no delivery that counts, before its next run into its time limit is the last: it is a dead letter with the
    /// reason <c>timed-out</c> then. Default 100.
    /// </summary>
    [Range(1, 10_000)]
    public int AcquiredLimit { get; set; } = 100;

    /// <summary>
    /// The waits that the broker keeps a queue for, shortest first. A redelivery is rounded up to one of them. Default 1 s, 5 s, 15 s, 1 min, 5 min, 15 min, 1 h.
    /// </summary>
    public IList<TimeSpan> DelayRungs { get; } = [];
}

[OptionsValidator]
internal sealed partial class RabbitMqOptionsValidator : IValidateOptions<RabbitMqOptions>;
