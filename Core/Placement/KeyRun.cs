namespace Preble.Core.Placement;

/// <summary>Where the keys of a node lie: a chain of chunks, of which the first may begin in its middle.</summary>
internal struct KeyRun
{
    /// <summary>Index of the first chunk, or -1 for an empty run.</summary>
    public int Chunk;

    /// <summary>Place of the first key in the first chunk.</summary>
    public int Start;

    /// <summary>Number of keys, in pages.</summary>
    public int Length;
}
