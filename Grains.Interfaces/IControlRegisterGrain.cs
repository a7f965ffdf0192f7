using Orleans.Concurrency;

namespace Preble.Grains.Interfaces;

/// <summary>
/// Which schedulers and trees stand in one silo, for other silos that look for them. Key: <see cref="GrainKeys.ControlRegister"/>. Lives in that silo only.
/// </summary>
[Alias("preble.control-register")]
public interface IControlRegisterGrain : IGrainWithStringKey
{
    /// <summary>Whether a grain stands there, or is about to.</summary>
    /// <param name="grain">Its id, as the host writes it.</param>
    /// <param name="claimant">The silo that asks as it is about to have the grain itself; null for one that only looks for it.</param>
    [Alias("has")]
    [AlwaysInterleave]
    [ResponseTimeout("00:00:03")]
    Task<bool> HasAsync(string grain, string? claimant);
}
