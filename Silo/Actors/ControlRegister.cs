using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Preble.Silo.Actors;

/// <summary>
/// Which grains of control placement (schedulers, trees) stand in this silo. Nobody keeps record of another silo's grains: who looks for one asks all silos,
/// so that the death of one hides only what was there. Of silos that claim a grain at the same time one gets it: who is about to have it says so before it
/// asks the others, and of two that hear of each other the one whose name comes first goes on.
/// </summary>
/// <param name="own">This silo's name.</param>
/// <param name="peers">The other silos.</param>
internal sealed class ControlRegister(string own, IControlPeers peers)
{
    private readonly ConcurrentDictionary<string, Claim> _claims = new();

    /// <summary>The silo that has a grain or is about to have it; null if none.</summary>
    /// <exception cref="Exception">No silo says that it has it, and one could not be asked.</exception>
    public async Task<string?> FindAsync(string grain) => _claims.ContainsKey(grain) ? own : await AskAllAsync(grain, claimant: null);

    /// <summary>Has a grain stand here, in an activation, unless it stands somewhere already.</summary>
    /// <returns>Where it stands now.</returns>
    /// <exception cref="Exception">No silo says that it has it, and one could not be asked; it does not stand here then.</exception>
    public async Task<ControlStand> ClaimAsync(string grain, string activation)
    {
        var claim = new Claim(activation);
        Claim first = _claims.GetOrAdd(grain, claim);
        if (first != claim)
        {
            return new ControlStand(own, first.Activation);
        }

        bool granted = false;
        try
        {
            string? other = await AskAllAsync(grain, own);
            granted = other is null;
            return granted ? new ControlStand(own, activation) : new ControlStand(other!, Activation: null);
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
    /// What this silo says to another that looks for a grain, or that claims it. A claimant that goes before this silo hears whether it has the grain once
    /// that is decided: the other silos may have known of this one's claim alone.
    /// </summary>
    /// <returns>The name of this silo if the grain stands here; else null.</returns>
    public async Task<string?> AnswerAsync(string grain, string? claimant)
    {
        while (_claims.TryGetValue(grain, out Claim? claim))
        {
            if (claimant is null || claim.Decision.IsCompleted || string.CompareOrdinal(own, claimant) < 0)
            {
                return own;
            }

            await claim.Decision;
        }

        return null;
    }

    private async Task<string?> AskAllAsync(string grain, string? claimant)
    {
        Exception? failure = null;
        for (List<Task<string?>> asked = [.. peers.AskAll(grain, claimant)]; asked.Count > 0;)
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

    private sealed class Claim(string activation)
    {
        private readonly TaskCompletionSource _decision = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Activation { get; } = activation;

        public Task Decision => _decision.Task;

        public void Decide() => _decision.SetResult();
    }
}
