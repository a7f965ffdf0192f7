namespace Preble.Core.Placement;

/// <summary>Limits and constants of a <see cref="PrefixTree"/>.</summary>
public sealed record PrefixTreeOptions
{
    /// <summary>Tokens in a page.</summary>
    public int PageTokens { get; init; } = 16;

    /// <summary>
    /// Pages that the tree remembers at most, over all workers; a page that several hold counts once. The least recently used leaves go first.
    /// </summary>
    public int PagesMax { get; init; } = 16_000_000;

    /// <summary>Records of a worker holding a node at most, counted the same way.</summary>
    public int HoldersMax { get; init; } = 16_000_000;

    /// <summary>Workers at most.</summary>
    public int WorkersMax { get; init; } = 4096;

    /// <summary>Promises at most; the one closest to its end makes room for a new one.</summary>
    public int PromisesMax { get; init; } = 262_144;

    /// <summary>
    /// Seconds after which a promise is given up that neither stored pages nor its request's end has settled. As long as clients wait for an answer: where
    /// queues are long, those that wait are where their siblings should go. A promise that nobody keeps costs the first that believes it one miss.
    /// </summary>
    public double PromiseSeconds { get; init; } = 600;

    /// <summary>Seconds for which the promise of an answered request still counts, while the events of what it stored are on their way.</summary>
    public double ConcludeSeconds { get; init; } = 1;

    /// <summary>The window H in which requests count as use of a node, in seconds. Preble takes 3 minutes.</summary>
    public double WindowSeconds { get; init; } = 180;

    /// <summary>
    /// Whether a worker's memory is taken to be full, as the paper does, so that every missed page evicts another. Otherwise pages that the tree does
    /// not know to be in use are filled first, and an empty worker has no eviction cost.
    /// </summary>
    public bool AssumeFull { get; init; }

    /// <summary>Records of a worker that are read at most to forecast its evictions; what is beyond them is taken to be like them.</summary>
    public int VictimsMax { get; init; } = 256;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(PageTokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PagesMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(HoldersMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(WorkersMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PromisesMax, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(PromiseSeconds);
        ArgumentOutOfRangeException.ThrowIfNegative(ConcludeSeconds);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(WindowSeconds);
        ArgumentOutOfRangeException.ThrowIfLessThan(VictimsMax, 1);
    }
}
