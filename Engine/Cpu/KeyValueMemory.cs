using Preble.Engine.Compute;

namespace Preble.Engine.Cpu;

/// <summary>
/// Keys and values of all pages: <c>[layer][page][keyValueHead]</c>, in each the keys as [headDim, pageTokens], so that scores fall into lanes by
/// position, and the values as [pageTokens, valueStride], so that sums fall into lanes by dimension. f32.
/// </summary>
internal sealed unsafe class KeyValueMemory : IDisposable
{
    private readonly AlignedMemory _memory;
    private readonly long _layerBytes;

    internal KeyValueMemory(int layers, int keyValueHeads, int headDim, int pageCount, int pageTokens)
    {
        HeadDim = headDim;
        PageTokens = pageTokens;
        ValueStride = ValueStrideOf(headDim);
        KeyBytes = checked((nint)headDim * pageTokens * sizeof(float));
        HeadBytes = checked(KeyBytes + ((nint)ValueStride * pageTokens * sizeof(float)));
        PageBytes = checked(HeadBytes * keyValueHeads);
        _layerBytes = checked((long)PageBytes * pageCount);
        _memory = new AlignedMemory(checked(_layerBytes * layers));
    }

    internal int HeadDim { get; }

    internal int PageTokens { get; }

    /// <summary>Size of a head rounded up to 32, in numbers.</summary>
    internal int ValueStride { get; }

    /// <summary>From one page to the next within a layer, in bytes.</summary>
    internal nint PageBytes { get; }

    /// <summary>Bytes in all.</summary>
    internal long Bytes => _memory.Bytes;

    private nint KeyBytes { get; }

    private nint HeadBytes { get; }

    /// <summary>Size of a head rounded up to whole units of every kernel set.</summary>
    internal static int ValueStrideOf(int headDim) => (headDim + PackedMatrix.PanelColumns - 1) / PackedMatrix.PanelColumns * PackedMatrix.PanelColumns;

    /// <summary>Keys of page 0.</summary>
    internal byte* Keys(int layer, int head) => _memory.Pointer + (layer * _layerBytes) + (head * HeadBytes);

    /// <summary>Values of page 0.</summary>
    internal byte* Values(int layer, int head) => Keys(layer, head) + KeyBytes;

    /// <summary>Overwrites everything, for tests.</summary>
    internal void Fill(float value)
    {
        for (long i = 0; i < _memory.Bytes / sizeof(float); i++)
        {
            _memory.Floats[i] = value;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();
}
