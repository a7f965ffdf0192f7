using System.Runtime.InteropServices;
using Preble.Grains.Interfaces;
using Preble.Grains.Placement;

namespace Preble.Silo.Actors;

/// <summary>On which silo a grain is activated. Pure; all silos that see the same members choose the same.</summary>
internal static class SiloChoice
{
    /// <summary>The silo for a grain of <see cref="OwnerPlacement"/>: the latest one of the name in its key.</summary>
    /// <param name="active">Those that take activations.</param>
    /// <param name="key">Of the grain.</param>
    /// <param name="local">The silo that asks, which owns keys without a name.</param>
    /// <returns>Null when the owner is gone.</returns>
    public static SiloMember<TAddress>? Owner<TAddress>(IEnumerable<SiloMember<TAddress>> active, string key, SiloMember<TAddress> local)
    {
        string name = GrainKeys.SiloOf(key);
        if (name.Length == 0)
        {
            return local;
        }

        SiloMember<TAddress>? owner = null;
        foreach (SiloMember<TAddress> member in active)
        {
            if (member.Title.Name == name && (owner is null || member.Generation > owner.Value.Generation))
            {
                owner = member;
            }
        }

        return owner;
    }

    /// <summary>
    /// The silo for a grain of <see cref="ControlPlacement"/>: among those without workers, or among all when every silo has some, the one that ranks
    /// highest for the key, so that the death of another silo moves nothing.
    /// </summary>
    /// <returns>Null when there is none.</returns>
    public static SiloMember<TAddress>? Control<TAddress>(IEnumerable<SiloMember<TAddress>> active, string key)
    {
        SiloMember<TAddress>? best = null;
        (bool WithoutWorkers, ulong Weight) rank = default;
        foreach (SiloMember<TAddress> member in active)
        {
            (bool, ulong) its = (!member.Title.Roles.HasFlag(SiloRoles.Worker), Weight(member.Title.Name, key));
            if (best is null || its.CompareTo(rank) > 0)
            {
                (best, rank) = (member, its);
            }
        }

        return best;
    }

    /// <summary>FNV-1a over both texts, then mixed: equal in every process.</summary>
    private static ulong Weight(string name, string key)
    {
        ulong hash = 14695981039346656037;
        foreach (byte value in MemoryMarshal.AsBytes($"{name}\n{key}".AsSpan()))
        {
            hash = (hash ^ value) * 1099511628211;
        }

        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
        return hash ^ (hash >> 33);
    }
}
