using System.Runtime.InteropServices;

namespace Preble.Core.Placement;

/// <summary>
/// The memory of all key runs of a tree, in chunks of one size: no fragmentation whatever the lengths, cutting a run copies one chunk at most, and
/// comparing goes through whole cache lines.
/// </summary>
internal sealed class KeyRuns
{
    private readonly Slab<KeyChunk> _chunks = new();

    /// <summary>Chunks in use.</summary>
    public int ChunkCount => _chunks.Count;

    /// <param name="keys">At least one.</param>
    public KeyRun Create(ReadOnlySpan<PageKey> keys)
    {
        var run = new KeyRun { Chunk = -1, Length = keys.Length };
        int previous = -1;
        while (keys.Length > 0)
        {
            int take = Math.Min(KeyChunk.Size, keys.Length);
            int chunk = _chunks.Allocate();
            keys[..take].CopyTo(_chunks[chunk].Keys);
            _chunks[chunk].Next = -1;
            if (previous < 0)
            {
                run.Chunk = chunk;
            }
            else
            {
                _chunks[previous].Next = chunk;
            }

            previous = chunk;
            keys = keys[take..];
        }

        return run;
    }

    /// <summary>Adds keys, at least one, to the end of a run.</summary>
    public void Append(ref KeyRun run, ReadOnlySpan<PageKey> keys)
    {
        int last = ChunkOf(run, run.Length - 1);
        int filled = ((run.Start + run.Length - 1) & (KeyChunk.Size - 1)) + 1;
        int take = Math.Min(KeyChunk.Size - filled, keys.Length);
        Span<PageKey> free = _chunks[last].Keys;
        keys[..take].CopyTo(free[filled..]);
        run.Length += keys.Length;
        if (take < keys.Length)
        {
            _chunks[last].Next = Create(keys[take..]).Chunk;
        }
    }

    /// <summary>How many leading keys of the run and of <paramref name="keys"/> are equal.</summary>
    public int CommonLength(in KeyRun run, ReadOnlySpan<PageKey> keys)
    {
        ReadOnlySpan<ulong> wanted = MemoryMarshal.Cast<PageKey, ulong>(keys);
        int limit = Math.Min(run.Length, wanted.Length);
        int start = run.Start;
        int done = 0;
        for (int chunk = run.Chunk; done < limit;)
        {
            int take = Math.Min(KeyChunk.Size - start, limit - done);
            ref KeyChunk here = ref _chunks[chunk];
            ReadOnlySpan<PageKey> mine = here.Keys;
            int same = MemoryMarshal.Cast<PageKey, ulong>(mine.Slice(start, take)).CommonPrefixLength(wanted.Slice(done, take));
            done += same;
            if (same < take)
            {
                break;
            }

            start = 0;
            chunk = here.Next;
        }

        return done;
    }

    /// <summary>
    /// Cuts the first <paramref name="pages"/> keys off; <paramref name="run"/> keeps the rest. Both are left with at least one key.
    /// </summary>
    public KeyRun SplitHead(ref KeyRun run, int pages)
    {
        Invariant.Holds(pages > 0 && pages < run.Length, "a run is cut inside");
        var head = new KeyRun { Chunk = run.Chunk, Start = run.Start, Length = pages };
        int last = ChunkOf(head, pages - 1);
        int cut = (run.Start + pages) & (KeyChunk.Size - 1);
        int rest = _chunks[last].Next;
        if (cut != 0)
        {
            int copy = _chunks.Allocate();
            _chunks[copy] = _chunks[last];
            rest = copy;
        }

        _chunks[last].Next = -1;
        run = new KeyRun { Chunk = rest, Start = cut, Length = run.Length - pages };
        return head;
    }

    /// <summary>Gives up all but the first <paramref name="pages"/> keys, at least one.</summary>
    public void Trim(ref KeyRun run, int pages)
    {
        Invariant.Holds(pages > 0 && pages <= run.Length, "a run is trimmed inside");
        int last = ChunkOf(run, pages - 1);
        FreeChain(_chunks[last].Next);
        _chunks[last].Next = -1;
        run.Length = pages;
    }

    public void Free(in KeyRun run) => FreeChain(run.Chunk);

    public PageKey KeyAt(in KeyRun run, int page) => _chunks[ChunkOf(run, page)].Keys[(run.Start + page) & (KeyChunk.Size - 1)];

    /// <summary>Chunks that a run of this shape takes.</summary>
    public static int ChunksOf(in KeyRun run) => (run.Start + run.Length + KeyChunk.Size - 1) / KeyChunk.Size;

    private int ChunkOf(in KeyRun run, int page)
    {
        int chunk = run.Chunk;
        for (int skip = (run.Start + page) / KeyChunk.Size; skip > 0; skip--)
        {
            chunk = _chunks[chunk].Next;
        }

        return chunk;
    }

    private void FreeChain(int chunk)
    {
        while (chunk >= 0)
        {
            int next = _chunks[chunk].Next;
            _chunks.Free(chunk);
            chunk = next;
        }
    }
}
