using Preble.Kernels.Checking;
using Preble.Kernels.Driver;
using Preble.Kernels.Ops;

namespace Preble.Kernels.Timing;

/// <summary>The ops over pages, with pages of 16 tokens in random order.</summary>
internal static class AttentionBench
{
    private const int PageTokens = 16;
    private const int Half = sizeof(ushort);

    internal static KernelBenchCase Decode(BenchShapes s, int batch, int context)
    {
        KernelWork work = KernelWork.Decode(batch, context, s.Heads, s.KvHeads, s.HeadDim);
        return new("attention-decode", $"{s.Name}: batch {batch}, context {context}, heads {s.Heads}/{s.KvHeads} of {s.HeadDim}", work, run =>
        {
            AttentionShape shape = Shape(s);
            AttentionDecodeOp op = run.Op(device => new AttentionDecodeOp(device, shape), shape);
            var data = new Data(run, s, [.. Enumerable.Repeat((context - 1, 1), batch)]);
            (int[] entries, int[] parts) = data.Batch.Decodes([.. Enumerable.Range(0, batch)]);
            (DevicePointer decodes, DevicePointer partList, DevicePointer workspace) = (run.With(entries), run.With(parts), run.Empty(op.WorkspaceBytes(parts[0])));
            op.Prepare(run.Stream, workspace, parts[0]);
            return () => op.Run(run.Stream, data.Qkv, data.Output, data.Pages, decodes, batch, partList, data.PageList, workspace, parts[0]);
        });
    }

    internal static KernelBenchCase Prefill(BenchShapes s, int cached, int added)
    {
        KernelWork work = KernelWork.Prefill(cached, added, s.Heads, s.KvHeads, s.HeadDim);
        return new("attention-prefill", $"{s.Name}: {added} new over {cached} cached, heads {s.Heads}/{s.KvHeads} of {s.HeadDim}", work, run =>
        {
            AttentionShape shape = Shape(s);
            AttentionPrefillOp op = run.Op(device => new AttentionPrefillOp(device, shape), shape);
            var data = new Data(run, s, [(cached, added)]);
            return () => op.Run(run.Stream, data.Qkv, data.Output, data.Pages, data.Entries, 1, added, data.PageList);
        });
    }

    internal static KernelBenchCase RopeStore(BenchShapes s, int tokens)
    {
        KernelWork work = KernelWork.RopeStore(tokens, s.Heads, s.KvHeads, s.HeadDim);
        return new("rope-store", $"{s.Name}: {tokens} tokens, heads {s.Heads}/{s.KvHeads} of {s.HeadDim}", work, run =>
        {
            AttentionShape shape = Shape(s);
            RopeStoreOp op = run.Op(device => new RopeStoreOp(device, shape), shape);
            var data = new Data(run, s, [(0, tokens)]);
            DevicePointer positions = run.With<int>([.. Enumerable.Range(0, tokens)]);
            DevicePointer slots = run.With(data.Batch.Slots(0));
            DevicePointer cos = run.With(run.Values.Singles((long)tokens * s.HeadDim / 2));
            DevicePointer sin = run.With(run.Values.Singles((long)tokens * s.HeadDim / 2));
            return () => op.Run(run.Stream, data.Qkv, positions, slots, cos, sin, data.Pages, tokens);
        });
    }

    private static AttentionShape Shape(BenchShapes s) => new(s.Heads, s.KvHeads, s.HeadDim, PageTokens);

    private sealed class Data
    {
        internal Data(BenchRun run, BenchShapes s, (int Cached, int New)[] sequences)
        {
            Batch = new PagedBatch(run.Values, new PageShape(s.KvHeads, s.HeadDim, PageTokens), sequences);
            Qkv = run.Random((long)Batch.Rows * s.RowWidth * Half);
            Output = run.Empty((long)Batch.Rows * s.Heads * s.HeadDim * Half);
            Pages = run.Random(Batch.PageCount * Batch.Shape.Elements * Half);
            Entries = run.With(Batch.Entries);
            PageList = run.With(Batch.PageList);
        }

        internal PagedBatch Batch { get; }

        internal DevicePointer Qkv { get; }

        internal DevicePointer Output { get; }

        internal DevicePointer Pages { get; }

        internal DevicePointer Entries { get; }

        internal DevicePointer PageList { get; }
    }
}
