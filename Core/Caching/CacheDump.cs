namespace Preble.Core.Caching;

/// <summary>All that a worker's cache holds: a reader who replaces what it believed by this and goes on with the events after it knows the truth.</summary>
/// <param name="LastEvent">The number of the last event that the dump includes; 0 if there was none.</param>
/// <param name="Paths">The keys of each path that no other continues, from its first page on, the least recently used path first. [paths][pages]</param>
public sealed record CacheDump(long LastEvent, IReadOnlyList<ReadOnlyMemory<PageKey>> Paths);
