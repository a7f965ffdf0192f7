using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Preble.Grains.Interfaces;

namespace Preble.Silo.Actors;

/// <summary>
/// What a silo is called in the list of members: its name with what others must know of it before they talk to it, so that all of it is known as soon as
/// its name is.
/// </summary>
/// <param name="Name">Of the silo.</param>
/// <param name="Roles">What it does.</param>
/// <param name="Contracts">Its <see cref="ContractVersion"/>.</param>
/// <param name="SecretCheck">Equal for equal <see cref="PrebleOptions.ClusterSecret"/>; empty if it says none.</param>
/// <param name="AuthorityCheck">Equal for equal <see cref="ClusterCertificates.Authority"/>; empty if it does not talk TLS.</param>
internal sealed partial record SiloTitle(string Name, SiloRoles Roles, int Contracts, string SecretCheck = "", string AuthorityCheck = "")
{
    /// <summary>Enough to notice that two secrets differ. Who reads it can test guesses: a secret must be random, not a word.</summary>
    private const int SecretCheckBytes = 2;

    private const int AuthorityCheckBytes = 2;

    public static SiloTitle Of(SiloIdentity silo, string clusterSecret, ClusterCertificates? certificates) => new(
        silo.Name,
        silo.Roles,
        ContractVersion.Current,
        CheckOf(clusterSecret),
        certificates?.Authority.GetCertHashString(HashAlgorithmName.SHA256)[..(2 * AuthorityCheckBytes)].ToLowerInvariant() ?? "");

    /// <summary>Reads a title; a name in another form is a silo of no role and no version.</summary>
    public static SiloTitle Parse(string? text)
    {
        Match match = Form().Match(text ?? "");
        if (!match.Success)
        {
            return new SiloTitle(text ?? "", SiloRoles.None, Contracts: 0);
        }

        SiloRoles roles = match.Groups["roles"].Value.Split('+')
            .Aggregate(SiloRoles.None, (all, role) => all | Enum.Parse<SiloRoles>(role, ignoreCase: true));
        return new SiloTitle(
            match.Groups["name"].Value,
            roles,
            int.Parse(match.Groups["contracts"].Value, CultureInfo.InvariantCulture),
            match.Groups["secret"].Value,
            match.Groups["authority"].Value);
    }

    /// <summary>Such as <c>east-1 (gateway+worker, contracts 2, secret 0b3f, authority 91c2)</c>.</summary>
    public override string ToString()
    {
        string roles = Roles.ToString().ToLowerInvariant().Replace(", ", "+");
        string secret = SecretCheck.Length > 0 ? $", secret {SecretCheck}" : "";
        string authority = AuthorityCheck.Length > 0 ? $", authority {AuthorityCheck}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{Name} ({roles}, contracts {Contracts}{secret}{authority})");
    }

    private static string CheckOf(string secret) => secret.Length == 0
        ? ""
        : Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), "preble cluster secret"u8).AsSpan(0, SecretCheckBytes));

    // What silos of later versions may add is passed over.
    [GeneratedRegex(
        @"^(?<name>[A-Za-z0-9._-]*) \((?<roles>(gateway|worker)(\+(gateway|worker))?), contracts (?<contracts>\d{1,9})"
        + "(, secret (?<secret>[0-9a-f]+))?(, authority (?<authority>[0-9a-f]+))?(, [^,()]+)*\\)$")]
    private static partial Regex Form();
}
