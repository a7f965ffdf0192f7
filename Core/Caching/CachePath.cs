namespace Preble.Core.Caching;

/// <summary>A path in a <see cref="CacheDump"/>, told from where it leaves an earlier one.</summary>
/// <param name="Base">The earlier path whose beginning it shares, by its place in the dump; of no meaning if it shares nothing.</param>
/// <param name="Shared">Leading pages that it has in common with that one, and which are not repeated. [pages]</param>
/// <param name="Keys">Keys of its other pages. [pages]</param>
public readonly record struct CachePath(int Base, int Shared, ReadOnlyMemory<PageKey> Keys);
