using Preble.Core.Caching;

namespace Preble.Core.Serving;

/// <summary>Recomputes what the parts of a <see cref="LocalScheduler"/> believe of each other.</summary>
internal static class LocalSchedulerIntegrity
{
    /// <summary>Throws <see cref="InvalidOperationException"/> for the first thing that is wrong.</summary>
    public static void Check(
        SequenceMemory memory,
        WaitingQueue queue,
        List<Sequence> running,
        IReadOnlyCollection<Sequence> live,
        int runningMax,
        int waitingMax)
    {
        memory.Pool.CheckIntegrity();
        memory.Cache.CheckIntegrity();
        queue.CheckIntegrity();
        Require(queue.Waiting.Count <= waitingMax, "More sequences wait than may.");
        Require(running.Count + queue.Preempted.Count <= runningMax, "More sequences run, or have run and were preempted, than may.");

        var owned = new HashSet<int>();
        foreach (Sequence sequence in running) CheckRunning(sequence, memory, owned);

        var all = new HashSet<Sequence>([.. running, .. queue.Preempted, .. queue.Waiting]);
        Require(all.Count == running.Count + queue.Count && all.SetEquals(live), "The sequences that run and wait are not the live ones.");
        Require(memory.Pool.FreeCount + memory.Cache.CachedPages + owned.Count == memory.Pool.PageCount, "Free, cached and held pages are not all pages.");
    }

    private static void CheckRunning(Sequence sequence, SequenceMemory memory, HashSet<int> owned)
    {
        PrefixPin pin = sequence.Pin ?? throw new InvalidOperationException("A running sequence has no pin.");
        Require(sequence.Phase != SequencePhase.Waiting, "A running sequence waits.");
        Require(pin.Covers(sequence.Pages[..pin.Pages]), "A sequence's pages differ from those of its path in the cache.");
        Require(sequence.Length < sequence.LengthMax && sequence.Computed < sequence.Length, "A running sequence has nothing left to compute.");
        Require(sequence.Phase == SequencePhase.Prefill || sequence.Computed == sequence.Length - 1, "A sequence in decode has more than its last token to compute.");
        Require(sequence.Computed <= sequence.PageCount * memory.PageTokens, "A sequence has computed more than it has pages for.");
        Require(sequence.PageCount <= memory.PagesFor(sequence.Computed), "A sequence holds a page that it has not begun.");
        foreach (int page in sequence.Pages[pin.Pages..])
        {
            Require(owned.Add(page), "Two sequences have the same page to themselves.");
            Require(memory.Pool.References(page) == 1, "A page that a sequence has to itself is referred to by others.");
        }
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds) throw new InvalidOperationException(otherwise);
    }
}
