using Preble.Core.Caching;

namespace Preble.Core.Serving;

/// <summary>
/// Decides whether a waiting sequence fits beside the running ones: its whole context and some growth, out of the pages that are free or evictable,
/// after keeping back what the running ones still need for their own. A sequence alone always fits, since <see cref="LocalScheduler.Submit"/> refuses
/// those that all pages could not hold.
/// <para>Where the first in line does not fit, only those go before it that mostly share what running ones hold anyway, so that smaller ones take little of what
/// it waits for; and a worker whose memory is full of documents serves those who ask about them, instead of nobody.</para>
/// </summary>
internal sealed class Admission(SequenceMemory memory, int growthTokensReserved)
{
    /// <param name="sequence">Who waits.</param>
    /// <param name="running">The running ones.</param>
    /// <param name="mustShare">Whether it goes before one for which there was no room: more than half of its pages must be held by running ones already.</param>
    public bool Fits(Sequence sequence, List<Sequence> running, bool mustShare)
    {
        if (running.Count == 0) return true;

        CachedPrefix match = memory.Peek(sequence);
        if (mustShare && 2 * (match.Pages - match.EvictablePages) <= memory.PagesFor(sequence.Length)) return false;

        int kept = 0;
        foreach (Sequence runner in running) kept += PagesToCome(runner, runner.PageCount);

        // What it finds in the cache it need not compute, but what it pins there is no longer evictable.
        return memory.AvailablePages - match.EvictablePages - kept >= PagesToCome(sequence, match.Pages);
    }

    /// <summary>Pages for the rest of a sequence's context and its reserved growth, beyond those it has.</summary>
    private int PagesToCome(Sequence sequence, int pages)
    {
        int growth = Math.Min(growthTokensReserved, sequence.LengthMax - sequence.Length);
        return Math.Max(0, memory.PagesFor(sequence.Length + growth) - pages);
    }
}
