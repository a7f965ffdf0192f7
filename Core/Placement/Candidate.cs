namespace Preble.Core.Placement;

/// <summary>A worker that could take the prompt.</summary>
/// <param name="Worker">The worker.</param>
/// <param name="CachedTokens">Prompt tokens that it holds or was promised; less than the whole prompt, as one token at least is computed. (m)</param>
/// <param name="MissedTokens">The other tokens of the prompt. (u)</param>
/// <param name="Eviction">What it would give up to fit them; nothing unless the policy asks for it.</param>
public readonly record struct Candidate(WorkerView Worker, int CachedTokens, int MissedTokens, Eviction Eviction)
{
    /// <summary>Those of <see cref="CachedTokens"/> that it holds by now: its queue goes by these.</summary>
    public int HeldTokens { get; init; }
}
