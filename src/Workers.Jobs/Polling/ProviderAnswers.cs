using Workers.Contracts;
using Workers.Providers;

namespace Workers.Jobs.Polling;

internal static class ProviderAnswers
{
    /// <summary>Asks a provider so that nothing that it answers stops a round: what can't be understood is an answer that did not come.</summary>
    public static async Task<(T? Answer, ProviderUnavailableException? Fault)> AskAsync<T>(this IGenerationProvider provider, Func<IGenerationProvider, Task<T>> call, CancellationToken cancellationToken)
        where T : class?
    {
        try
        {
            return (await call(provider), null);
        }
        catch (ProviderUnavailableException fault)
        {
            return (null, fault);
        }
#pragma warning disable CA1031 // An adapter may stumble over an answer that nobody has thought of; its round goes on.
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return (null, new ProviderUnavailableException(Unreadable(fault), fault));
        }
    }

    private static ProviderFailure Unreadable(Exception fault) => new()
    {
        Bucket = FailureBucket.SchemaMismatch,
        Disposition = Disposition.Retry,
        Code = fault.GetType().Name,
        Reason = $"The provider's answer could not be read ({fault.GetType().Name}).",
        Fix = "Nothing: it is asked again. If it stays so, the provider's API has changed.",
    };
}
