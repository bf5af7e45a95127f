using Microsoft.Extensions.Options;

namespace Workers.Providers.Http;

[OptionsValidator]
internal sealed partial class OutboundOptionsValidator : IValidateOptions<OutboundOptions>;

/// <summary>Judges the entries of the list.</summary>
internal sealed class AllowedHostsValidator : IValidateOptions<OutboundOptions>
{
    public ValidateOptionsResult Validate(string? name, OutboundOptions options)
    {
        var faults = options.AllowedHosts
            .Where(entry => !AllowedHost.TryRead(entry, out _, out _))
            .Select(entry => $"Outbound:AllowedHosts: '{entry}' must be host or host:port.")
            .ToArray();
        return faults.Length > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }
}

/// <summary>Judges the object store's address as that of a reference.</summary>
internal sealed class ObjectStoreValidator(OutboundPolicy outbound) : IValidateOptions<ObjectStoreOptions>
{
    public ValidateOptionsResult Validate(string? name, ObjectStoreOptions options) => options.BaseAddress switch
    {
        null => ValidateOptionsResult.Success,
        { IsAbsoluteUri: true } address when address.Query.Length > 0 || address.Fragment.Length > 0 =>
            ValidateOptionsResult.Fail("ObjectStore:BaseAddress must have neither query nor fragment."),
        var address => outbound.Judge(address) is { } problem
            ? ValidateOptionsResult.Fail($"ObjectStore:BaseAddress {problem}.")
            : ValidateOptionsResult.Success,
    };
}
