using Microsoft.Extensions.DependencyInjection;

namespace Preble.Client;

/// <summary>The host of grains is in the same process: there is no cluster to connect to.</summary>
internal static class ClientHosting
{
    public static void Connect(IServiceCollection services, PrebleClientOptions options, ContractAgreement contracts) =>
        throw new ArgumentException("This build calls the host in the same process only; one with -p:ActorRuntime=Orleans connects to clusters.");
}
