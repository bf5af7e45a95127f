using MassTransit;
using Workers.Contracts;
using Workers.RabbitMq.Connections;

namespace Workers.RabbitMq.Intake;

/// <summary>Binds the tenant that a raw message names to the user that sent it, where the settings say so. The broker itself checks a message's <c>user_id</c>: it is the user of its connection.</summary>
internal sealed class ProducerUsers(RabbitMqOptions options) : IFilter<ReceiveContext>
{
    public void Probe(ProbeContext context) => context.CreateFilterScope("producer-users");

    public Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        context.GetOrAddPayload(() => this);
        return next.Send(context);
    }

    /// <summary>What is wrong with who sent it; nothing where the settings bind nobody.</summary>
    /// <param name="context">The message.</param>
    /// <param name="tenant">The tenant that it names.</param>
    public static IEnumerable<InputFault> Check(ReceiveContext context, string? tenant) =>
        context.TryGetPayload(out ProducerUsers? users) ? users.Judge(context.GetPayload<RabbitMqBasicConsumeContext>().Properties.UserId, tenant) : [];

    internal IEnumerable<InputFault> Judge(string? user, string? tenant)
    {
        if (options.ProducerTenants.Count == 0)
        {
            yield break;
        }

        if (string.IsNullOrEmpty(user))
        {
            yield return new InputFault { Field = "user_id", Found = "missing", Rule = "each message names the user of its connection", Fix = "Set the property user_id." };
        }
        else if (!options.ProducerTenants.TryGetValue(user, out var tenants) || !tenants.Contains(tenant, StringComparer.Ordinal))
        {
            yield return new InputFault
            {
                Field = "tenantId",
                Found = "a tenant of others",
                Rule = "a user names tenants of its own",
                Fix = $"Name one, or have it added to {RabbitMqOptions.Section}:{nameof(RabbitMqOptions.ProducerTenants)} of the fleet.",
            };
        }
    }
}
