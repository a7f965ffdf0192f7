using Preble.Engine.Compute;
using Preble.Engine.Models;

namespace Preble.Engine.Cpu;

/// <summary>The attention of a layer: an item is some rows of one sequence in one key-value head.</summary>
internal sealed unsafe class AttendJob(CpuModel model, Slab slab, Workspace work, KeyValueMemory memory) : ParallelJob
{
    // Items of all parts before each part. [parts + 1]
    private readonly int[] _firstItem = new int[Slab.RowsMax + 1];
    private readonly int[] _rowsPerItem = new int[Slab.RowsMax];
    private int _layer;
    private bool _last;

    internal void Run(ThreadTeam team, int layer, bool last)
    {
        _layer = layer;
        _last = last;
        ReadOnlySpan<SequencePart> parts = Parts;
        int items = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            _firstItem[i] = items;
            _rowsPerItem[i] = KernelSet.AttentionRows(parts[i].Start + parts[i].Tokens);
            items += Blocks(i) * model.Config.KeyValueHeads;
        }

        _firstItem[parts.Length] = items;
        team.Run(this, items);
    }

    internal override void Run(int item, int lane)
    {
        ModelConfig c = model.Config;
        int index = Array.BinarySearch(_firstItem, 0, Parts.Length + 1, item);
        index = index < 0 ? ~index - 1 : index;
        SequencePart part = Parts[index];
        int group = c.HeadsPerKeyValueHead;
        int blocks = Blocks(index);
        int head = (item - _firstItem[index]) / blocks;
        int block = (item - _firstItem[index]) % blocks;
        int firstRow = block * _rowsPerItem[index];

        AttentionBlock a = default;
        a.Queries = work.Queries + (head * work.QueryFloats) + ((long)part.Row * group * c.HeadDim);
        a.Keys = memory.Keys(_layer, head);
        a.Values = memory.Values(_layer, head);
        a.Pages = slab.Pages + part.Pages;
        a.PageBytes = memory.PageBytes;
        a.PageTokens = memory.PageTokens;
        a.HeadDim = c.HeadDim;
        a.ValueStride = memory.ValueStride;
        a.Heads = group;
        a.Start = part.Start;
        a.Out = work.Attention + ((long)part.OutRow * work.AttentionStride) + ((long)head * group * c.HeadDim);
        a.OutStride = work.AttentionStride;
        model.Kernels.Attend(a, firstRow, Math.Min(_rowsPerItem[index], (part.Tokens * group) - firstRow), work.Scratch(lane));
    }

    private ReadOnlySpan<SequencePart> Parts => _last ? slab.LastParts : slab.Parts;

    private int Blocks(int index) =>
        ((Parts[index].Tokens * model.Config.HeadsPerKeyValueHead) + _rowsPerItem[index] - 1) / _rowsPerItem[index];
}
