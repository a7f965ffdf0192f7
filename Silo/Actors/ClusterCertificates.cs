using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Preble.Silo.Actors;

/// <summary>
/// The certificates with which silos and clients of the grains prove to each other that they belong together. Part of the silo and of the client library,
/// which do not reference each other.
/// </summary>
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
    /// <param name="section">That the options stand in, for messages; with a colon at its end, or empty.</param>
    /// <param name="certificate">Option <c>Certificate</c>: file with certificate and private key, PFX or PEM.</param>
    /// <param name="password">Of that file; empty if it has none.</param>
    /// <param name="authority">Option <c>CertificateAuthority</c>: PEM file.</param>
    /// <exception cref="ArgumentException">A file is missing or unfit; the message names its option.</exception>
    public static ClusterCertificates? Load(string section, string certificate, string password, string authority)
    {
        if (certificate.Length == 0 && authority.Length == 0)
        {
            return null;
        }

        if (certificate.Length == 0 || authority.Length == 0)
        {
            throw new ArgumentException($"{section}Certificate and {section}CertificateAuthority are set together or not at all.");
        }

        return new ClusterCertificates(
            Read($"{section}Certificate", certificate, content => ReadOwn(content, password)),
            Read($"{section}CertificateAuthority", authority, content => X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(content))));
    }

    /// <summary>A certificate that no silo would accept ends the start here: from outside only broken connections would be seen of it.</summary>
    /// <param name="option">That names its file.</param>
    /// <param name="file">That it came from.</param>
    /// <exception cref="ArgumentException">The message says what it must be.</exception>
    public void RequireFitForSilo(string option, string file)
    {
        if (!Own.MatchesHostname(HostName))
        {
            throw Unfit($"have {HostName} among its DNS names");
        }

        using var chain = new X509Chain { ChainPolicy = SiloPolicy };
        if (!chain.Build(Own))
        {
            X509ChainStatusFlags flags = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
            throw Unfit(
                flags.HasFlag(X509ChainStatusFlags.NotTimeValid) ? $"be valid now, as must {option}Authority; it is from {Own.NotBefore:yyyy-MM-dd} to {Own.NotAfter:yyyy-MM-dd}"
                : flags.HasFlag(X509ChainStatusFlags.NotValidForUsage) ? "be fit for server and client authentication"
                : $"come from {option}Authority ({flags})");
        }

        ArgumentException Unfit(string requirement) => new($"{option} is \"{file}\", but must {requirement}.");
    }

    private static X509Certificate2 Read(string option, string file, Func<byte[], X509Certificate2> load)
    {
        try
        {
            return load(File.ReadAllBytes(file));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new ArgumentException($"{option} is \"{file}\", which cannot be used: {exception.Message}", exception);
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
