using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Preble.Client.Tests.Hosting;

/// <summary>Clients of clusters that not everybody may call.</summary>
public sealed class TlsTests : IDisposable
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

    /// <summary>For one that is to be served, on a machine with much else to do.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    /// <summary>For one that is to be refused however often it tries.</summary>
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("preble-client-").FullName;
    private readonly int[] _ports = ClientHost.FreePorts(2);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task OnlyAClientWithACertificateOfTheAuthorityIsServed()
    {
        using X509Certificate2 authority = Authority("ours");
        using X509Certificate2 foreigners = Authority("theirs");
        string silo = Issue(authority, "silo", ServerUse, ClientUse);
        await using ServerApp server = ClientHost.StartServer(
            _ports,
            ("Preble:Workers", "1"),
            ("Preble:Cluster:Certificate", silo),
            ("Preble:Cluster:CertificateAuthority", PathOf("ours")));

        (await FailureAsync(Issue(authority, "client", ClientUse), PathOf("ours"), Long)).Should().BeNull();
        (await FailureAsync("", "", Short)).Should().Be(PrebleFailure.ClusterUnavailable, "it shows no certificate");
        (await FailureAsync(Issue(foreigners, "foreigner", ClientUse), PathOf("ours"), Short)).Should().Be(PrebleFailure.ClusterUnavailable, "the silo does not trust it");
        (await FailureAsync(Issue(authority, "doubter", ClientUse), PathOf("theirs"), Short)).Should().Be(PrebleFailure.ClusterUnavailable, "it does not trust the silo");
    }

    [Theory]
    [InlineData("/no/such/file", "", "Certificate and CertificateAuthority are set together or not at all.")]
    [InlineData("/no/such/file", "/no/such/file", "Certificate is \"/no/such/file\", which cannot be used: *")]
    public void ACertificateThatCannotBeUsedIsNamedWithItsOption(string certificate, string authority, string says)
    {
        Action add = () => new ServiceCollection().AddPrebleClient(options =>
        {
            options.Gateways.Add("127.0.0.1:30000");
            (options.Certificate, options.CertificateAuthority) = (certificate, authority);
        });
        add.Should().Throw<ArgumentException>().WithMessage(says);
    }

    [Fact]
    public async Task AClientOfAnotherClusterIsNotServed()
    {
        await using ServerApp server = ClientHost.StartServer(_ports, ("Preble:Workers", "1"));
        (await FailureAsync("", "", Short, "other")).Should().Be(PrebleFailure.ClusterUnavailable);
        (await FailureAsync("", "", Long)).Should().BeNull();
    }

    private async Task<PrebleFailure?> FailureAsync(string certificate, string authority, TimeSpan connectTimeout, string? clusterId = null)
    {
        using IHost host = ClientHost.Connect($"127.0.0.1:{_ports[1]}", options =>
        {
            (options.Certificate, options.CertificateAuthority) = (certificate, authority);
            options.ClusterId = clusterId ?? options.ClusterId;
            options.ConnectTimeout = connectTimeout;
        });
        try
        {
            await host.StartAsync();
            await host.Services.GetRequiredService<IPrebleClient>().ModelsAsync();
            await host.StopAsync();
            return null;
        }
        catch (PrebleException exception)
        {
            return exception.Failure;
        }
    }

    private string PathOf(string name) => Path.Combine(_folder, name + ".pem");

    private X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(PathOf(name), certificate.ExportCertificatePem());
        return certificate;
    }

    /// <returns>The file with certificate and key.</returns>
    private string Issue(X509Certificate2 authority, string name, params string[] uses)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("preble");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. uses.Select(use => new Oid(use))], false));
        using X509Certificate2 certificate = request.Create(authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(20), RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(PathOf(name), certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
        return PathOf(name);
    }
}
