namespace Preble.Cli.Engines;

/// <summary>What of an engine is measured.</summary>
/// <param name="PrefillTokens">Tokens of a prefill.</param>
/// <param name="Context">Tokens of each sequence in a decode step, the new one included.</param>
/// <param name="Batches">Sequences of the decode steps.</param>
/// <param name="Repeats">Steps of each kind that are timed.</param>
internal sealed record EngineBenchmarkOptions(int PrefillTokens, int Context, IReadOnlyList<int> Batches, int Repeats)
{
    /// <summary>Pages that hold everything, of <paramref name="pageTokens"/> tokens.</summary>
    public long Pages(int pageTokens, int contextMax)
    {
        long Needed(long sequences, int tokens) => sequences * ((Math.Min(tokens, contextMax) + pageTokens - 1) / pageTokens);
        long prefill = Needed((PrefillTokens + contextMax - 1) / contextMax, PrefillTokens);
        return Math.Max(prefill, Needed(Batches.Max(), Context));
    }
}
