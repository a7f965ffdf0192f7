namespace Preble.Core.Caching;

/// <summary>
/// The key of a page that follows the one whose key is <paramref name="previous"/>: <see cref="PageKeys.Next"/>, but for tests of what happens when
/// keys collide.
/// </summary>
internal delegate ulong PageHash(ulong previous, ReadOnlySpan<int> page);
