using Preble.Kernels.Checking;
using Preble.Kernels.Checking.Ops;
using Preble.Kernels.Ops;

namespace Preble.Kernels.Tests.Bits;

/// <summary>A row of an attention has the same bits whatever is computed beside it, and however its prompt was cut.</summary>
public sealed class AttentionBitsTests
{
    private static readonly (int Cached, int New)[] Sequences = [(37, 90), (0, 150), (130, 1), (16, 33)];

    [Theory]
    [InlineData(32, 2)]
    [InlineData(96, 1)]
    [InlineData(128, 2)]
    [InlineData(256, 1)]
    public void APromptCutIntoChunksHasTheBitsOfTheWhole(int headDim, int group)
    {
        using var device = new EmulatedRun();
        var batch = new PagedBatch(device.Run.Values, new PageShape(1, headDim, 16), Sequences);
        var data = new AttentionData(device.Run, batch, group);
        ushort[] whole = Prefill(device.Run, data, batch, group, batch.Entries);

        foreach (int chunk in new[] { 1, 16, 40, 129 })
        {
            var entries = new List<int>();
            for (int s = 0; s < Sequences.Length; s++)
            {
                for (int done = 0; done < Sequences[s].New; done += chunk)
                {
                    entries.AddRange([batch.FirstRow(s) + done, Math.Min(chunk, Sequences[s].New - done), Sequences[s].Cached + done, batch.Entries[(4 * s) + 3]]);
                }
            }

            Prefill(device.Run, data, batch, group, [.. entries]).Should().Equal(whole, "chunks of {0}", chunk);
        }
    }

    [Theory]
    [InlineData(64)]
    [InlineData(128)]
    public void ASequenceAloneHasTheBitsItHasInABatch(int headDim)
    {
        using var device = new EmulatedRun();
        var batch = new PagedBatch(device.Run.Values, new PageShape(2, headDim, 32), Sequences);
        var data = new AttentionData(device.Run, batch, 4);
        ushort[] whole = Prefill(device.Run, data, batch, 4, batch.Entries);

        for (int s = 0; s < Sequences.Length; s++)
        {
            ushort[] alone = Prefill(device.Run, data, batch, 4, batch.Entries[(4 * s)..(4 * (s + 1))]);
            Rows(alone, batch, s, 4 * headDim).Should().Equal(Rows(whole, batch, s, 4 * headDim));
        }
    }

    [Theory]
    [InlineData(32, 1)]
    [InlineData(80, 3)]
    [InlineData(128, 4)]
    [InlineData(256, 8)]
    public void ATokenDecodedAloneHasTheBitsItHasInABatch(int headDim, int group)
    {
        (int, int)[] sequences = [(700, 1), (3, 1), (255, 1), (33 * 256, 1)];
        using var device = new EmulatedRun();
        var batch = new PagedBatch(device.Run.Values, new PageShape(1, headDim, 16), sequences);
        var data = new AttentionData(device.Run, batch, group);
        ushort[] whole = Decode(device.Run, data, batch, group, [0, 1, 2, 3]);

        for (int s = 0; s < sequences.Length; s++)
        {
            ushort[] alone = Decode(device.Run, data, batch, group, [s]);
            Rows(alone, batch, s, group * headDim).Should().Equal(Rows(whole, batch, s, group * headDim));
        }

        // In another order, with parts of others before them.
        ushort[] turned = Decode(device.Run, data, batch, group, [2, 0, 3, 1]);
        turned.Should().Equal(whole);
    }

    private static ushort[] Rows(ushort[] output, PagedBatch batch, int sequence, int width) =>
        output[(batch.FirstRow(sequence) * width)..((batch.FirstRow(sequence) + batch.Sequences[sequence].New) * width)];

    private static ushort[] Prefill(CheckRun run, AttentionData data, PagedBatch batch, int heads, int[] entries)
    {
        var shape = new AttentionShape(heads, batch.Shape.KvHeads, batch.Shape.HeadDim, batch.Shape.PageTokens);
        CheckedArray<ushort> output = run.Output<ushort>("out", (long)batch.Rows * shape.OutputWidth);
        int tokensMax = Enumerable.Range(0, entries.Length / 4).Max(i => entries[(4 * i) + 1]);
        run.Op(device => new AttentionPrefillOp(device, shape), shape).Run(
            run.Stream, data.Qkv.Pointer, output.Pointer, data.Pages.Pointer, run.Input("entries", entries).Pointer, entries.Length / 4, tokensMax,
            data.PageList.Pointer);
        return output.Read();
    }

    private static ushort[] Decode(CheckRun run, AttentionData data, PagedBatch batch, int heads, int[] sequences)
    {
        var shape = new AttentionShape(heads, batch.Shape.KvHeads, batch.Shape.HeadDim, batch.Shape.PageTokens);
        AttentionDecodeOp op = run.Op(device => new AttentionDecodeOp(device, shape), shape);
        CheckedArray<ushort> output = run.Output<ushort>("out", (long)batch.Rows * shape.OutputWidth);
        (int[] entries, int[] parts) = batch.Decodes(sequences);
        CheckedArray<byte> workspace = run.Output<byte>("workspace", op.WorkspaceBytes(parts[0]));
        op.Prepare(run.Stream, workspace.Pointer, parts[0]);
        op.Run(
            run.Stream, data.Qkv.Pointer, output.Pointer, data.Pages.Pointer, run.Input("decodes", entries).Pointer, sequences.Length,
            run.Input("parts", parts).Pointer, data.PageList.Pointer, workspace.Pointer, parts[0]);
        return output.Read();
    }
}
