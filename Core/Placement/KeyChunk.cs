using System.Runtime.CompilerServices;

namespace Preble.Core.Placement;

/// <summary>Sixteen page keys side by side and where the run goes on.</summary>
internal struct KeyChunk
{
    public const int Size = 16;

    public Sixteen Keys;

    /// <summary>Index of the next chunk of the run, or -1.</summary>
    public int Next;

    [InlineArray(Size)]
    internal struct Sixteen
    {
        private PageKey _first;
    }
}
