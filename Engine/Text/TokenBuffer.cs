using System.Buffers;

namespace Preble.Engine.Text;

/// <summary>A growing list of token ids on pooled memory; <see cref="Dispose"/> gives it back.</summary>
internal struct TokenBuffer : IDisposable
{
    private int[] _ids;
    private int _count;

    internal TokenBuffer(int capacity) => _ids = ArrayPool<int>.Shared.Rent(Math.Max(16, capacity));

    /// <summary>Room for <paramref name="count"/> more ids; <see cref="Advance"/> says how many were written.</summary>
    internal Span<int> Reserve(int count)
    {
        if (_ids.Length - _count < count)
        {
            var larger = ArrayPool<int>.Shared.Rent(Math.Max(_ids.Length * 2, _count + count));
            _ids.AsSpan(0, _count).CopyTo(larger);
            ArrayPool<int>.Shared.Return(_ids);
            _ids = larger;
        }

        return _ids.AsSpan(_count);
    }

    internal void Advance(int count) => _count += count;

    internal void Add(int id)
    {
        Reserve(1)[0] = id;
        _count++;
    }

    internal void Add(ReadOnlySpan<int> ids)
    {
        ids.CopyTo(Reserve(ids.Length));
        _count += ids.Length;
    }

    internal readonly int[] ToArray() => _ids.AsSpan(0, _count).ToArray();

    public readonly void Dispose() => ArrayPool<int>.Shared.Return(_ids);
}
