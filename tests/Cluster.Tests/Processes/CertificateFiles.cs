using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Preble.Cluster.Tests.Processes;

/// <summary>An authority and what it issues, as files of a test.</summary>
internal sealed class CertificateFiles : IDisposable
{
    private static readonly DateTimeOffset From = DateTimeOffset.UtcNow.AddDays(-1);
    private readonly string _folder = Directory.CreateTempSubdirectory("preble-certificates-").FullName;
    private readonly X509Certificate2 _authority;

    public CertificateFiles()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        _authority = request.CreateSelfSigned(From, From.AddDays(10));
        Authority = Path.Combine(_folder, "authority.pem");
        File.WriteAllText(Authority, _authority.ExportCertificatePem());
    }

    private static Oid ServerUse => new("1.3.6.1.5.5.7.3.1");

    private static Oid ClientUse => new("1.3.6.1.5.5.7.3.2");

    /// <summary>The authority's own certificate.</summary>
    public string Authority { get; }

    /// <summary>A certificate with its private key, for one host name; one for clients is fit for nothing else. Valid for so many days from yesterday on.</summary>
    /// <returns>The file, PFX with the password or else PEM.</returns>
    public string Issue(string name, string hostName, string? password = null, bool forClients = false, double days = 9)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(hostName);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(forClients ? [ClientUse] : [ServerUse, ClientUse], critical: false));
        using X509Certificate2 issued = request.Create(_authority, From, From.AddDays(days), RandomNumberGenerator.GetBytes(8)).CopyWithPrivateKey(key);
        string file = Path.Combine(_folder, name + (password is null ? ".pem" : ".pfx"));
        if (password is null)
        {
            File.WriteAllText(file, issued.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
        }
        else
        {
            File.WriteAllBytes(file, issued.Export(X509ContentType.Pfx, password));
        }

        return file;
    }

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
