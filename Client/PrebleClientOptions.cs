namespace Preble.Client;

/// <summary>Which cluster to call. With neither <see cref="Redis"/> nor <see cref="Gateways"/> it is the host in the same process.</summary>
public sealed class PrebleClientOptions
{
    /// <summary>Redis server that knows the cluster's members, as <c>host:port</c> or a whole StackExchange.Redis configuration string; empty for none.</summary>
    public string Redis { get; set; } = "";

    /// <summary>Gateways of silos as <c>host:port</c>, in the place of Redis. Names are resolved anew, so that silos may move.</summary>
    public IList<string> Gateways { get; } = [];

    /// <summary>The cluster's <c>Preble:Cluster:Id</c>.</summary>
    public string ClusterId { get; set; } = "preble";

    /// <summary>File with this client's certificate and private key, PFX or PEM, for a cluster with TLS; empty for one without.</summary>
    public string Certificate { get; set; } = "";

    /// <summary>Password of <see cref="Certificate"/>; empty if it has none.</summary>
    public string CertificatePassword { get; set; } = "";

    /// <summary>PEM file with the authority that the certificates of all silos come from; set together with <see cref="Certificate"/>.</summary>
    public string CertificateAuthority { get; set; } = "";

    /// <summary>How long the start waits for a cluster that does not answer; then it fails with <see cref="PrebleFailure.ClusterUnavailable"/>.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a silo may be silent before a call fails with <see cref="PrebleFailure.ClusterUnavailable"/>.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// For how long a call whose silo is lost goes on trying to have the rest from another, before it fails with
    /// <see cref="PrebleFailure.ClusterUnavailable"/>; zero for not at all. Without meaning for a host in the same process.
    /// </summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Whether the host is in the same process.</summary>
    internal bool IsLocal => Redis.Length == 0 && Gateways.Count == 0;
}
