namespace Preble.Core.Serving;

/// <summary>How full a worker is. <c>PagesFree + PagesCached + PagesHeld = PagesTotal</c>.</summary>
/// <param name="PagesFree">Pages that hold nothing.</param>
/// <param name="PagesCached">Pages in the prefix cache, whether or not a running sequence reads them.</param>
/// <param name="PagesHeld">Pages that one running sequence has to itself.</param>
/// <param name="PagesTotal">All pages.</param>
/// <param name="Waiting">Sequences in the queue, preempted ones included.</param>
/// <param name="Running">Sequences with pages.</param>
public readonly record struct SchedulerCounts(int PagesFree, int PagesCached, int PagesHeld, int PagesTotal, int Waiting, int Running)
{
    /// <summary>Pages of <see cref="PagesCached"/> that running sequences read, so that they cannot be evicted now.</summary>
    public int PagesPinned { get; init; }
}
