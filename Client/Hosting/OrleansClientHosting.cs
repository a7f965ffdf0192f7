using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Connections.Security;
using Orleans.Messaging;
using Preble.Silo.Actors;
using StackExchange.Redis;

namespace Preble.Client;

/// <summary>Connects to a cluster of Orleans silos, from outside.</summary>
internal static class ClientHosting
{
    private const string ServiceId = "preble";

    private static readonly TimeSpan GatewayRefresh = TimeSpan.FromSeconds(5);

    public static void Connect(IServiceCollection services, PrebleClientOptions options, ContractAgreement contracts)
    {
        services.AddOrleansClient(client => Configure(client, options, contracts));

        // After the host's own, which connects.
        services.AddHostedService(provider => new FirstCall(provider.GetRequiredService<IPrebleClient>()));
    }

    private static void Configure(IClientBuilder client, PrebleClientOptions options, ContractAgreement contracts)
    {
        client.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (options.ClusterId, ServiceId));
        client.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = options.ResponseTimeout);
        client.Configure<GatewayOptions>(gateway => gateway.GatewayListRefreshPeriod = GatewayRefresh);
        client.AddGatewayCountChangedHandler((_, _) => contracts.Renew());
        client.UseConnectionRetryFilter(new BoundedRetry(options.ConnectTimeout));
        if (options.Redis.Length > 0)
        {
            ConfigurationOptions redis = ConfigurationOptions.Parse(options.Redis);
            client.UseRedisClustering(clustering => clustering.ConfigurationOptions = redis);
        }
        else
        {
            (string Host, int Port)[] gateways = [.. options.Gateways.Select(Gateway)];
            client.Services.AddSingleton<IGatewayListProvider>(new NamedGateways(gateways));
        }

        if (ClusterCertificates.Load("", options.Certificate, options.CertificatePassword, options.CertificateAuthority) is { } certificates)
        {
            UseTls(client, certificates);
        }
    }

    private static (string Host, int Port) Gateway(string address)
    {
        int colon = address.LastIndexOf(':');
        return colon > 0 && int.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is > 0 and <= ushort.MaxValue
            ? (address[..colon].Trim('[', ']'), port)
            : throw new ArgumentException($"The gateway \"{address}\" must be host:port.");
    }

    private static void UseTls(IClientBuilder client, ClusterCertificates certificates) => client.UseTls(certificates.Own, tls =>
    {
        tls.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.OnAuthenticateAsClient = (_, authentication) =>
        {
            authentication.TargetHost = ClusterCertificates.HostName;
            ((SslClientAuthenticationOptions)authentication.SslClientAuthenticationOptions).CertificateChainPolicy = certificates.SiloPolicy;
        };
    });

    /// <summary>Gateways by name, each time resolved anew; a name that means nothing now is passed over until it does.</summary>
    private sealed class NamedGateways((string Host, int Port)[] gateways) : IGatewayListProvider
    {
        public TimeSpan MaxStaleness => GatewayRefresh;

        public bool IsUpdatable => true;

        public Task InitializeGatewayListProvider() => Task.CompletedTask;

        public async Task<IList<Uri>> GetGateways()
        {
            var found = new List<Uri>();
            foreach ((string host, int port) in gateways)
            {
                try
                {
                    IPAddress[] addresses = await Dns.GetHostAddressesAsync(host);
                    found.AddRange(addresses.Select(address => new IPEndPoint(address, port).ToGatewayUri()));
                }
                catch (SocketException)
                {
                }
            }

            return found;
        }
    }

    /// <summary>Ends a start for which the cluster has other contracts; what may pass by itself is left to the calls that come.</summary>
    private sealed class FirstCall(IPrebleClient client) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            try
            {
                await client.ModelsAsync(cancellationToken);
            }
            catch (PrebleException exception) when (exception.Failure != PrebleFailure.ContractMismatch)
            {
            }
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>Tries to connect again and again, but not for ever.</summary>
    private sealed class BoundedRetry(TimeSpan limit) : IClientConnectionRetryFilter
    {
        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
        private readonly TimeProvider _clock = TimeProvider.System;
        private long? _firstFailure;

        public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
        {
            _firstFailure ??= _clock.GetTimestamp();
            if (_clock.GetElapsedTime(_firstFailure.Value) >= limit)
            {
                string message = string.Create(CultureInfo.InvariantCulture, $"No silo of the cluster could be reached within {limit.TotalSeconds:0.#} s: {exception.Message}");
                throw new PrebleException(PrebleFailure.ClusterUnavailable, message, exception);
            }

            await Task.Delay(Pause, _clock, cancellationToken);
            return true;
        }
    }
}
