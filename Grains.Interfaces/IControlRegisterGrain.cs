using Orleans.Concurrency;

namespace Preble.Grains.Interfaces;

/// <summary>
/// Which schedulers and trees stand in one silo, for other silos that look for them. Key: <see cref="GrainKeys.ControlRegister"/>. Lives in that silo only.
/// </summary>
[Alias("preble.control-register")]
public interface IControlRegisterGrain : IGrainWithStringKey
{
    /// <summary>The silo's own name if the grain stands there; else null.</summary>
    /// <param name="grain">Its id, as the host writes it.</param>
    /// <param name="claimant">The silo that asks as it is about to have the grain; null for one that only looks for it.</param>
    /// <param name="membersVersion">Of the list of silos that the one that asks knows.</param>
    [Alias("find")]
    [AlwaysInterleave]
    Task<string?> FindAsync(string grain, string? claimant, long membersVersion);
}
