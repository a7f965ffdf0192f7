using Preble.Kernels.Ops;

namespace Preble.Kernels.Checking.Ops;

/// <summary>Attention of one new token of each sequence, in parts along the context; rounded as in a prefill.</summary>
internal static class AttentionDecodeCheck
{
    internal static IEnumerable<CheckCase> Cases(CheckSize size, Values chance)
    {
        const int part = AttentionDecodeOp.PartTokens;
        int[] borders = [0, 1, 14, 15, 16, 31, 32, 63, part - 2, part - 1, part, part + 1, (2 * part) + 5];
        int turn = 0;
        foreach (int headDim in HeadSizes.All)
        {
            for (int group = 1; group <= 8; group += 2)
            {
                yield return Case([borders[turn % borders.Length], borders[(turn + 5) % borders.Length]], group + (turn % 2), 1, headDim, 16);
                turn++;
            }
        }

        foreach (int headDim in HeadSizes.Between)
        {
            yield return Case([part + 40, 3], 3, 1, headDim, 16);
        }

        // More heads than a block takes.
        yield return Case([50, part], 40, 2, 64, 16);
        yield return Case([0], 1, 1, 32, 16);
        yield return Case([40, -1, 3, -1], 6, 2, 32, 16);
        yield return Case([100, 50, 70], 4, 4, 64, 32, sharedPages: 1);
        yield return Case([3, 300, part * 3], 8, 2, 128, 64, spareParts: 2);

        // More items than blocks run side by side, one context far longer than the others, and heads of a group in several items.
        yield return Case([5, part * 4, 40, 0, 90, 260], 8, 8, 32, 16);
        yield return Case([(part * 9) + 3, 1, -1, 2, 100], 34, 2, 64, 16, spareParts: 3);

        // More parts than are merged together, also with one left over, and heads that several warps share.
        yield return Case([(part * 33) + 3, 40, part * 32], 2, 1, 32, 16);
        yield return Case([part * 34], 1, 1, 256, 32);
        yield return Case([part * 32, 9], 8, 1, 80, 32);
        yield return Case([part * 33], 2, 1, 144, 32);
        for (int i = 0; i < 3; i++)
        {
            int[] some = [.. Enumerable.Range(0, 1 + chance.Below(5)).Select(_ => chance.Below(400) - 10)];
            int kvHeads = 1 + chance.Below(3);
            int headDim = HeadSizes.All[chance.Below(HeadSizes.All.Length)];
            yield return Case([.. some.Select(s => Math.Max(-1, s))], kvHeads * (1 + chance.Below(8)), kvHeads, headDim, 16 * (1 + chance.Below(3)));
        }

        if (size == CheckSize.Large)
        {
            yield return Case([.. Enumerable.Repeat(4095, 64)], 32, 8, 128, 16);
            yield return Case([.. Enumerable.Range(0, 64).Select(i => i * 211)], 32, 8, 128, 16, sharedPages: 10);
            yield return Case([131_071], 32, 8, 128, 16);
            yield return Case([5000, 1], 16, 16, 64, 16);
            yield return Case([3000, 2999], 8, 1, 256, 16);

            // Merged in three levels.
            yield return Case([(1024 + 33) * part, part * 70], 1, 1, 32, 16);
            yield return Case([(1024 * part) + 2], 2, 1, 112, 16);
        }
    }

    private static CheckCase Case(int[] starts, int heads, int kvHeads, int headDim, int pageTokens, int sharedPages = 0, int spareParts = 0)
    {
        (int, int)[] sequences = [.. starts.Select(start => (start, 1))];
        return new CheckCase("attention-decode", HeadSizes.Describe(sequences, heads, kvHeads, headDim, pageTokens), run =>
        {
            var batch = new PagedBatch(run.Values, new PageShape(kvHeads, headDim, pageTokens), sequences, sharedPages);
            var data = new AttentionData(run, batch, heads);
            (int[] entries, int[] parts) = batch.Decodes([.. Enumerable.Range(0, starts.Length)]);
            int partsMax = Math.Max(1, parts[0] + spareParts);
            var shape = new AttentionShape(heads, kvHeads, headDim, pageTokens);
            AttentionDecodeOp decode = run.Op(device => new AttentionDecodeOp(device, shape), shape);
            CheckedArray<byte> workspace = run.Output<byte>("workspace", decode.WorkspaceBytes(partsMax));
            decode.Prepare(run.Stream, workspace.Pointer, partsMax);
            CheckedArray<int> decodes = run.Input("decodes", entries);
            CheckedArray<int> partList = run.Input("parts", parts);
            for (int s = 0; s < starts.Length; s++)
            {
                if (starts[s] < 0)
                {
                    data.LeaveAlone(run, s);
                }
            }

            // Twice, as the second finds in the workspace what the first leaves there.
            for (int time = 0; time < 2; time++)
            {
                decode.Run(
                    run.Stream, data.Qkv.Pointer, data.Output.Pointer, data.Pages.Pointer, decodes.Pointer, starts.Length, partList.Pointer,
                    data.PageList.Pointer, workspace.Pointer, partsMax);
            }

            data.Compare(run, Tolerances.RoundedTwice);
        });
    }
}
