using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Preble.Silo.Actors;

/// <summary>
/// Which grains of control placement (schedulers, trees) stand in this silo. Nobody keeps record of another silo's grains: who looks for one asks all silos,
/// so that the death of one hides only what was there. A silo claims a grain before it asks the others for it. Of two that hear of each other's claim while
/// both are undecided the one whose name comes first goes on.
/// </summary>
/// <param name="own">This silo's name.</param>
/// <param name="peers">The other silos.</param>
internal sealed class ControlRegister(string own, IControlPeers peers)
{
    private readonly ConcurrentDictionary<string, Claim> _claims = new();

    /// <summary>The silo that has a grain or is about to have it; null if none.</summary>
    /// <exception cref="Exception">No silo says that it has it, and a listed one could not be asked.</exception>
    public async Task<string?> FindAsync(string grain) => _claims.ContainsKey(grain) ? own : await AskAllAsync(grain, claimant: null);

    /// <summary>Has a grain stand here, in an activation, unless another silo has it. An earlier activation here has ended, or it would have been asked.</summary>
    /// <returns>The silo that has it now.</returns>
    /// <exception cref="Exception">No silo says that it has it, and a listed one could not be asked; it does not stand here then.</exception>
    public async Task<string> ClaimAsync(string grain, string activation)
    {
        var claim = new Claim(activation);
        for (Claim first; (first = _claims.GetOrAdd(grain, claim)) != claim;)
        {
            await first.Decision;
            if (_claims.TryUpdate(grain, claim, first))
            {
                claim.Decide();
                return own;
            }
        }

        bool granted = false;
        try
        {
            string? other = await AskAllAsync(grain, own);
            granted = other is null;
            return other ?? own;
        }
        finally
        {
            if (!granted)
            {
                _claims.TryRemove(KeyValuePair.Create(grain, claim));
            }

            claim.Decide();
        }
    }

    /// <summary>The grain's activation here has ended.</summary>
    public void Release(string grain, string activation)
    {
        if (_claims.TryGetValue(grain, out Claim? claim) && claim.Activation == activation)
        {
            _claims.TryRemove(KeyValuePair.Create(grain, claim));
        }
    }

    /// <summary>
    /// Whether a grain stands here, for another silo that looks for it or claims it. A claimant that goes before this silo hears what becomes of a claim of
    /// this one: silos that have answered already may have known of that alone. One that is not known here is looked up in the list first, so that it is asked
    /// if this silo claims the grain later.
    /// </summary>
    /// <param name="grain">Its id.</param>
    /// <param name="claimant">The silo that asks, if it claims the grain.</param>
    public async Task<bool> HasAsync(string grain, string? claimant)
    {
        for (bool listed = claimant is null || peers.Names.Contains(claimant); ;)
        {
            if (_claims.TryGetValue(grain, out Claim? claim))
            {
                if (claimant is null || claim.Decision.IsCompleted || string.CompareOrdinal(own, claimant) <= 0)
                {
                    return true;
                }

                await claim.Decision;
            }
            else if (listed)
            {
                return false;
            }
            else
            {
                await peers.RefreshAsync();
                listed = true;
            }
        }
    }

    private async Task<string?> AskAllAsync(string grain, string? claimant)
    {
        Exception? failure = null;
        for (List<Task<string?>> asked = [.. peers.Names.Select(silo => AskAsync(silo, grain, claimant))]; asked.Count > 0;)
        {
            Task<string?> answer = await Task.WhenAny(asked);
            asked.Remove(answer);
            try
            {
                if (await answer is { } silo)
                {
                    return silo;
                }
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        }

        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        return null;
    }

    /// <returns>The silo's name if it has the grain. One that has died over the question has nothing.</returns>
    private async Task<string?> AskAsync(string silo, string grain, string? claimant)
    {
        try
        {
            return await peers.AskAsync(silo, grain, claimant) ? silo : null;
        }
        catch (Exception) when (!peers.Names.Contains(silo))
        {
            return null;
        }
    }

    private sealed class Claim(string activation)
    {
        private readonly TaskCompletionSource _decision = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Activation { get; } = activation;

        /// <summary>Ends once it is granted or withdrawn.</summary>
        public Task Decision => _decision.Task;

        public void Decide() => _decision.SetResult();
    }
}
