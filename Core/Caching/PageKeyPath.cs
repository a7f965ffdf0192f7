namespace Preble.Core.Caching;

/// <summary>
/// The keys of a path that grows at its end. What has been handed out as a prefix is never written again: growing appends behind it or moves to a new array,
/// so that readers on other threads may keep it.
/// </summary>
internal sealed class PageKeyPath
{
    private PageKey[] _keys = [];
    private int _count;

    /// <summary>The keys of the path that ends with <paramref name="node"/>, which must lengthen the path of the call before.</summary>
    public ReadOnlyMemory<PageKey> To(PrefixNode node)
    {
        int length = node.PagesBefore + node.Count;
        if (_keys.Length < length) Array.Resize(ref _keys, Math.Max(length, _keys.Length * 2));

        for (PrefixNode at = node; !at.IsRoot && at.PagesBefore + at.Count > _count; at = at.Parent!)
        {
            int known = Math.Max(0, _count - at.PagesBefore);
            at.Keys[known..].CopyTo(_keys.AsSpan(at.PagesBefore + known));
        }

        _count = Math.Max(_count, length);
        return _keys.AsMemory(0, length);
    }
}
