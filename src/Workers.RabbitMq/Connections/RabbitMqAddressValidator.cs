using Microsoft.Extensions.Options;

namespace Workers.RabbitMq.Connections;

/// <summary>Names what is wrong with an address or a file, without showing either's content.</summary>
internal sealed class RabbitMqAddressValidator : IValidateOptions<RabbitMqOptions>
{
    public ValidateOptionsResult Validate(string? name, RabbitMqOptions options)
    {
        var faults = new List<string>();
        if (!Uri.TryCreate(options.Url, UriKind.Absolute, out var url) || url.Scheme is not ("amqp" or "amqps") || url.Host.Length == 0 || url.AbsolutePath.LastIndexOf('/') > 0)
        {
            faults.Add($"{RabbitMqOptions.Section}:Url: text of {options.Url?.Length ?? 0} characters, which is no AMQP address. Write amqp://user@host:port/vhost, or amqps:// for TLS; a / inside the virtual host's name as %2F.");
        }

        foreach (var node in options.Nodes.Where(node => string.IsNullOrWhiteSpace(node) || BrokerAddress.Node(node, 1).Port is < 1 or > ushort.MaxValue || node.Contains('/', StringComparison.Ordinal)))
        {
            faults.Add($"{RabbitMqOptions.Section}:Nodes: text of {node.Length} characters, which is no host and port. Write host or host:port.");
        }

        if (options.ManagementUrl is { } management && (!Uri.TryCreate(management, UriKind.Absolute, out var api) || api.Scheme is not ("http" or "https") || api.UserInfo.Length > 0))
        {
            faults.Add($"{RabbitMqOptions.Section}:ManagementUrl: text of {management.Length} characters, which is no http or https address without user and password. Write http://host:15672; the user is the one of Url or UsernameFile.");
        }

        AddMissing("UsernameFile", options.UsernameFile);
        AddMissing("PasswordFile", options.PasswordFile);
        faults.AddRange(options.Tls.Faults(RabbitMqOptions.Section));

        if (options.DelayRungs.Any(rung => rung < TimeSpan.FromMilliseconds(1) || rung > TimeSpan.FromDays(1)) || options.DelayRungs.Zip(options.DelayRungs.Skip(1)).Any(pair => pair.First >= pair.Second))
        {
            faults.Add($"{RabbitMqOptions.Section}:DelayRungs: {string.Join(", ", options.DelayRungs)}. They must grow, from at least a millisecond to at most a day.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void AddMissing(string member, string? file)
        {
            if (file is not null && !File.Exists(file))
            {
                faults.Add($"{RabbitMqOptions.Section}:{member}: there is no file {file}, or it can't be read.");
            }
        }
    }
}
