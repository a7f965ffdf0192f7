using System.Runtime.CompilerServices;
using Preble.Engine.Models;

namespace Preble.Engine.Cpu;

/// <summary>Rotates queries and keys of each row, and writes keys and values into the row's slot of its page.</summary>
internal sealed unsafe class RotateJob(CpuModel model, Slab slab, Workspace work, KeyValueMemory memory) : RowsJob
{
    private readonly float _scale = (float)(1 / Math.Sqrt(model.Config.HeadDim));
    private int _layer;

    internal void Run(ThreadTeam team, int layer, int rows)
    {
        _layer = layer;
        Run(team, rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private protected override void RunRow(int row, int lane)
    {
        ModelConfig c = model.Config;
        int position = slab.Positions[row];
        float* cosines = model.Rotary.Cosines(position);
        float* sines = model.Rotary.Sines(position);
        float* projected = work.Projected + ((long)row * work.ProjectedStride);
        int group = c.HeadsPerKeyValueHead;
        for (int head = 0; head < c.Heads; head++)
        {
            float* query = work.Queries + (head / group * work.QueryFloats) + ((((long)row * group) + (head % group)) * c.HeadDim);
            model.Kernels.Rotate(projected + ((long)head * c.HeadDim), cosines, sines, c.HeadDim / 2, _scale, query);
        }

        SequencePart part = slab.Parts[slab.PartOfRow[row]];
        long page = slab.Pages[part.Pages + (position / memory.PageTokens)];
        int slot = position % memory.PageTokens;
        float* rotated = work.Scratch(lane);
        for (int head = 0; head < c.KeyValueHeads; head++)
        {
            float* key = projected + ((long)(c.Heads + head) * c.HeadDim);
            model.Kernels.Rotate(key, cosines, sines, c.HeadDim / 2, 1f, rotated);
            float* keys = (float*)(memory.Keys(_layer, head) + (page * memory.PageBytes)) + slot;
            for (int i = 0; i < c.HeadDim; i++)
            {
                keys[(long)i * memory.PageTokens] = rotated[i];
            }

            float* value = projected + ((long)(c.Heads + c.KeyValueHeads + head) * c.HeadDim);
            float* values = (float*)(memory.Values(_layer, head) + (page * memory.PageBytes)) + ((long)slot * memory.ValueStride);
            new ReadOnlySpan<float>(value, c.HeadDim).CopyTo(new Span<float>(values, c.HeadDim));
            new Span<float>(values + c.HeadDim, memory.ValueStride - c.HeadDim).Clear();
        }
    }
}
