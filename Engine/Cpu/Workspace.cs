using Preble.Engine.Compute;
using Preble.Engine.Models;

namespace Preble.Engine.Cpu;

/// <summary>
/// Activations of one slab and scratch of each lane. Strides are odd in units of a cache line, so that the rows of a tile do not fall on one another
/// in the cache.
/// </summary>
internal sealed unsafe class Workspace : IDisposable
{
    private readonly AlignedMemory _memory;
    private readonly float* _scratch;
    private readonly long _scratchFloats;

    internal Workspace(ModelConfig config, LayerWeights layer, int contextTokens, int lanes)
    {
        HiddenStride = Stride(layer.Down.Columns);
        ProjectedStride = Stride(layer.QueryKeyValue.Columns);
        AttentionStride = Stride(config.Heads * config.HeadDim);
        InnerStride = Stride(layer.GateUp.Columns / 2);
        QueryFloats = (long)Slab.RowsMax * config.HeadsPerKeyValueHead * config.HeadDim;
        _scratchFloats = SixteenLanes.RoundUp(config.HeadDim)
            + ((Math.Max(KernelSet.SumFloats, KernelSet.AttentionFloats(contextTokens, KeyValueMemory.ValueStrideOf(config.HeadDim))) + 15) & -16);

        long rows = Slab.RowsMax;
        long total = checked((rows * (HiddenStride + HiddenStride + ProjectedStride + AttentionStride + InnerStride))
            + (QueryFloats * config.KeyValueHeads) + (_scratchFloats * lanes) + SixteenLanes.Count);
        _memory = AlignedMemory.OfFloats(total);

        // Padding of rows takes part in sums of squares, so it starts as zeros and the kernels keep it so.
        new Span<byte>(_memory.Pointer, checked((int)Math.Min(int.MaxValue, rows * 2 * HiddenStride * sizeof(float)))).Clear();
        Hidden = _memory.Floats;
        Normalised = Hidden + (rows * HiddenStride);
        Projected = Normalised + (rows * HiddenStride);
        Attention = Projected + (rows * ProjectedStride);
        Inner = Attention + (rows * AttentionStride);
        Queries = Inner + (rows * InnerStride);
        _scratch = Queries + (((QueryFloats * config.KeyValueHeads) + 15) & -16);
    }

    /// <summary>The residual stream. [rows, HiddenStride]</summary>
    internal float* Hidden { get; }

    /// <summary>Its RMSNorm. [rows, HiddenStride]</summary>
    internal float* Normalised { get; }

    /// <summary>Queries, keys and values before the rotation. [rows, ProjectedStride]</summary>
    internal float* Projected { get; }

    /// <summary>Output of the attention heads. [rows, AttentionStride]</summary>
    internal float* Attention { get; }

    /// <summary>Inner activations of the feed-forward layer. [rows, InnerStride]</summary>
    internal float* Inner { get; }

    /// <summary>Rotated, scaled queries. [keyValueHeads, rows * headsPerKeyValueHead, headDim]</summary>
    internal float* Queries { get; }

    internal int HiddenStride { get; }

    internal int ProjectedStride { get; }

    internal int AttentionStride { get; }

    internal int InnerStride { get; }

    /// <summary>From one key-value head to the next in <see cref="Queries"/>, in numbers.</summary>
    internal long QueryFloats { get; }

    /// <summary>Scratch of a lane.</summary>
    internal float* Scratch(int lane) => _scratch + (lane * _scratchFloats);

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();

    private static int Stride(int columns) => SixteenLanes.RoundUp(columns) | SixteenLanes.Count;
}
