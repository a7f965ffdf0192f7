namespace Preble.Core.Caching;

/// <summary>What happened to pages of a worker's cache.</summary>
public enum CacheEventKind
{
    /// <summary>Pages were computed and can be reused.</summary>
    Stored,

    /// <summary>Pages were given up.</summary>
    Evicted,
}
