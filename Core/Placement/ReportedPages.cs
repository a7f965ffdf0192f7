namespace Preble.Core.Placement;

/// <summary>Pages of a worker's key-value memory: free, cached for reuse, and held by running sequences.</summary>
public readonly record struct ReportedPages(int Free, int Cached, int Held, int Total);
