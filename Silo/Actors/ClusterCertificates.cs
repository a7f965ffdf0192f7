using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Preble.Silo.Actors;

/// <summary>The certificates with which silos and clients of the grains prove to each other that they belong together.</summary>
/// <param name="Own">With private key.</param>
/// <param name="Authority">That issued those of all others.</param>
internal sealed record ClusterCertificates(X509Certificate2 Own, X509Certificate2 Authority)
{
    /// <summary>What the certificate of every silo must name, beside whatever else it names: silos call each other by address, clients by a list.</summary>
    public const string HostName = "preble";

    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>What the certificate of a silo must meet, whichever side connects: fit for both, so that no client of the grains can pose as a silo.</summary>
    public X509ChainPolicy SiloPolicy => Policy(ServerAuthentication, ClientAuthentication);

    /// <summary>What the certificate of a client of the grains must meet.</summary>
    public X509ChainPolicy ClientPolicy => Policy(ClientAuthentication);

    /// <summary>Reads the files that the options name; null when they name none.</summary>
    /// <exception cref="StartupException">A file is missing or unfit.</exception>
    public static ClusterCertificates? Load(ClusterSettings cluster)
    {
        if (cluster.Certificate.Length == 0 && cluster.CertificateAuthority.Length == 0)
        {
            return null;
        }

        if (cluster.Certificate.Length == 0 || cluster.CertificateAuthority.Length == 0)
        {
            throw new StartupException("Preble:Cluster:Certificate and Preble:Cluster:CertificateAuthority are set together or not at all.");
        }

        return new ClusterCertificates(
            Read("Preble:Cluster:Certificate", cluster.Certificate, content => ReadOwn(content, cluster.CertificatePassword)),
            Read("Preble:Cluster:CertificateAuthority", cluster.CertificateAuthority, content => X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(content))));
    }

    private static X509Certificate2 Read(string option, string file, Func<byte[], X509Certificate2> load)
    {
        try
        {
            return load(File.ReadAllBytes(file));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new StartupException($"{option} is \"{file}\", which cannot be used: {exception.Message}");
        }
    }

    private static X509Certificate2 ReadOwn(byte[] content, string password)
    {
        string text = Encoding.ASCII.GetString(content);
        if (!text.Contains("-----BEGIN", StringComparison.Ordinal))
        {
            return X509CertificateLoader.LoadPkcs12(content, password.Length == 0 ? null : password);
        }

        return password.Length == 0 ? X509Certificate2.CreateFromPem(text, text) : X509Certificate2.CreateFromEncryptedPem(text, text, password);
    }

    private X509ChainPolicy Policy(params ReadOnlySpan<string> purposes)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.Add(Authority);
        foreach (string purpose in purposes)
        {
            policy.ApplicationPolicy.Add(new Oid(purpose));
        }

        return policy;
    }
}
