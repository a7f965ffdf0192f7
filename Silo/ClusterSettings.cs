using System.ComponentModel.DataAnnotations;

namespace Preble.Silo;

/// <summary>What the user wrote under <c>Preble:Cluster:</c>.</summary>
public sealed class ClusterSettings
{
    /// <summary>Redis server that keeps the list of silos, as host:port or as a StackExchange.Redis configuration string; empty for a silo that is alone.</summary>
    public string Redis { get; set; } = "";

    /// <summary>Silos of one id form one cluster; several may share a Redis server.</summary>
    public string Id { get; set; } = "preble";

    /// <summary>IP address on which other silos and clients of the grains reach this one.</summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>Port for other silos; 0 takes a free one.</summary>
    [Range(0, 65535)]
    public int SiloPort { get; set; } = 11111;

    /// <summary>Port for clients of the grains; 0 takes a free one.</summary>
    [Range(0, 65535)]
    public int GatewayPort { get; set; } = 30000;

    /// <summary>File with this silo's certificate and private key, PFX or PEM; empty for connections without TLS.</summary>
    public string Certificate { get; set; } = "";

    /// <summary>Password of <see cref="Certificate"/>; empty if it has none.</summary>
    public string CertificatePassword { get; set; } = "";

    /// <summary>PEM file with the authority that the certificates of all silos and clients must come from.</summary>
    public string CertificateAuthority { get; set; } = "";

    /// <summary>Seconds without an answer after which a silo counts as dead.</summary>
    [Range(1.0, 600.0)]
    public double FailureSeconds { get; set; } = 3;
}
