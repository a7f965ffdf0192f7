namespace Preble.Silo.Actors;

/// <summary>
/// What a silo finds out about the listed ones before it joins them: whether it fits those that answer, and which of the others are dead. After a power
/// cut nobody is left to find that out. One that takes no connections and writes nothing into the list for long enough is dead; one of the two is not
/// enough, as a silo with a wrong address reaches nobody, and silos that live may lose their list.
/// </summary>
/// <param name="own">The silo that joins.</param>
/// <param name="silenceMax">After so long without a sign a silo is dead.</param>
internal sealed class RollCall<TAddress>(SiloMember<TAddress> own, TimeSpan silenceMax)
    where TAddress : notnull
{
    private readonly Dictionary<TAddress, (DateTime Sign, TimeSpan Since)> _silent = [];

    /// <summary>Looks at the list once more.</summary>
    /// <param name="listed">The others, each with whether it takes connections.</param>
    /// <param name="now">Never less than before.</param>
    /// <returns>Those that must answer or be dead before the silo can join; none when it can. One that died while it joined is waited for by nobody.</returns>
    /// <exception cref="StartupException">A silo that answers leaves no place for this one.</exception>
    public IReadOnlyList<SilentSilo<TAddress>> Call(IEnumerable<(ListedSilo<TAddress> Silo, bool Answers)> listed, TimeSpan now)
    {
        var silent = new List<SilentSilo<TAddress>>();
        foreach ((ListedSilo<TAddress> silo, bool answers) in listed)
        {
            TAddress address = silo.Member.Address;
            if (answers)
            {
                _silent.Remove(address);
                if (silo.IsActive || Precedes(silo.Member))
                {
                    RequireFit(silo);
                }
            }
            else if (silo.IsActive)
            {
                if (!_silent.TryGetValue(address, out (DateTime Sign, TimeSpan Since) known) || known.Sign != silo.LastSign)
                {
                    _silent[address] = known = (silo.LastSign, now);
                }

                silent.Add(new SilentSilo<TAddress>(silo, now - known.Since >= silenceMax));
            }
        }

        return silent;
    }

    /// <summary>Of two that join side by side only the later one is refused.</summary>
    private bool Precedes(SiloMember<TAddress> other) =>
        (other.Generation, other.Address.ToString()!).CompareTo((own.Generation, own.Address.ToString()!)) < 0;

    private void RequireFit(ListedSilo<TAddress> other)
    {
        (string name, _, int contracts, string secret, string authority) = other.Member.Title;
        if (contracts != own.Title.Contracts)
        {
            throw new StartupException($"The cluster has silo \"{name}\" with contracts of version {contracts}, but this silo has version {own.Title.Contracts}.");
        }

        if (secret != own.Title.SecretCheck)
        {
            throw new StartupException($"Preble:ClusterSecret is not that of the cluster's silo \"{name}\", but must be the same for all silos.");
        }

        if (authority != own.Title.AuthorityCheck)
        {
            string problem = authority.Length == 0 ? $"is set, but the cluster's silo \"{name}\" talks without TLS"
                : own.Title.AuthorityCheck.Length == 0 ? $"is not set, but the cluster's silo \"{name}\" talks TLS"
                : $"is not that of the cluster's silo \"{name}\"";
            throw new StartupException($"Preble:Cluster:CertificateAuthority {problem}; it must be the same for all silos.");
        }

        if (name == own.Title.Name)
        {
            throw new StartupException($"Preble:SiloName is \"{name}\", as that of the cluster's silo at {other.EndPoint}, but no two silos may share a name.");
        }
    }
}
