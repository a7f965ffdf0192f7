using System.Globalization;
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
internal sealed partial record SiloTitle(string Name, SiloRoles Roles, int Contracts)
{
    public static SiloTitle Of(SiloIdentity silo) => new(silo.Name, silo.Roles, ContractVersion.Current);

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
        return new SiloTitle(match.Groups["name"].Value, roles, int.Parse(match.Groups["contracts"].Value, CultureInfo.InvariantCulture));
    }

    /// <summary>Such as <c>east-1 (gateway+worker, contracts 1)</c>.</summary>
    public override string ToString()
    {
        string roles = Roles.ToString().ToLowerInvariant().Replace(", ", "+");
        return string.Create(CultureInfo.InvariantCulture, $"{Name} ({roles}, contracts {Contracts})");
    }

    [GeneratedRegex(@"^(?<name>[A-Za-z0-9._-]*) \((?<roles>(gateway|worker)(\+(gateway|worker))?), contracts (?<contracts>\d{1,9})\)$")]
    private static partial Regex Form();
}
