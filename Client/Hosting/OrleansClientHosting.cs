using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Connections.Security;
using Orleans.Messaging;
using StackExchange.Redis;

namespace Preble.Client;

/// <summary>Connects to a cluster of Orleans silos, from outside.</summary>
internal static class ClientHosting
{
    private const string ServiceId = "preble";

    /// <summary>What the certificate of every silo names.</summary>
    private const string SiloHostName = "preble";

    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private static readonly TimeSpan GatewayRefresh = TimeSpan.FromSeconds(5);

    public static void Connect(IServiceCollection services, PrebleClientOptions options) => services.AddOrleansClient(client =>
    {
        client.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (options.ClusterId, ServiceId));
        client.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = options.ResponseTimeout);
        client.Configure<GatewayOptions>(gateway => gateway.GatewayListRefreshPeriod = GatewayRefresh);
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

        if (options.Certificate.Length == 0 != (options.CertificateAuthority.Length == 0))
        {
            throw new ArgumentException("Certificate and CertificateAuthority are set together or not at all.");
        }

        if (options.Certificate.Length > 0)
        {
            UseTls(client, LoadCertificate(options), ChainTo(options.CertificateAuthority));
        }
    });

    private static (string Host, int Port) Gateway(string address)
    {
        int colon = address.LastIndexOf(':');
        return colon > 0 && int.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is > 0 and <= ushort.MaxValue
            ? (address[..colon].Trim('[', ']'), port)
            : throw new ArgumentException($"The gateway \"{address}\" must be host:port.");
    }

    private static void UseTls(IClientBuilder client, X509Certificate2 own, X509ChainPolicy silos) => client.UseTls(own, tls =>
    {
        tls.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.OnAuthenticateAsClient = (_, authentication) =>
        {
            authentication.TargetHost = SiloHostName;
            ((SslClientAuthenticationOptions)authentication.SslClientAuthenticationOptions).CertificateChainPolicy = silos;
        };
    });

    private static X509Certificate2 LoadCertificate(PrebleClientOptions options)
    {
        string? password = options.CertificatePassword.Length > 0 ? options.CertificatePassword : null;
        return Read(options.Certificate, content =>
        {
            string text = Encoding.ASCII.GetString(content);
            if (!text.Contains("-----BEGIN", StringComparison.Ordinal))
            {
                return X509CertificateLoader.LoadPkcs12(content, password);
            }

            return password is null ? X509Certificate2.CreateFromPem(text, text) : X509Certificate2.CreateFromEncryptedPem(text, text, password);
        });
    }

    /// <summary>Only the holder of a certificate that this authority signed for servers is a silo.</summary>
    private static X509ChainPolicy ChainTo(string authority)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        policy.CustomTrustStore.Add(Read(authority, content => X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(content))));
        return policy;
    }

    private static X509Certificate2 Read(string file, Func<byte[], X509Certificate2> load)
    {
        try
        {
            return load(File.ReadAllBytes(file));
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"The certificate \"{file}\" cannot be used: {exception.Message}", exception);
        }
    }

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
