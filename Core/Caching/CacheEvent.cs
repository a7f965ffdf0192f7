namespace Preble.Core.Caching;

/// <summary>
/// A change of what a worker's cache holds. Each says all that it needs, so that a repeated one changes nothing: <see cref="CacheEventKind.Stored"/>
/// means that the worker holds every page of <paramref name="Path"/>; <see cref="CacheEventKind.Evicted"/> that it holds no page of the path from
/// index <paramref name="From"/> on, nor any page behind them.
/// </summary>
/// <param name="Sequence">Counts the worker's events from 1 in its epoch without gaps; a gap asks for a dump.</param>
/// <param name="Kind">Stored or evicted.</param>
/// <param name="Path">Keys from the first page of the prompt on. [pages]</param>
/// <param name="From">Index in <paramref name="Path"/> of the first page that changed.</param>
public sealed record CacheEvent(long Sequence, CacheEventKind Kind, ReadOnlyMemory<PageKey> Path, int From);
