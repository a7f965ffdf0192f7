using Preble.Kernels.Ops;

namespace Preble.Kernels.Checking.Ops;

/// <summary>Causal attention of new tokens over what stands in pages: weights are rounded to bfloat16 for the tensor cores, and so is the result.</summary>
internal static class AttentionPrefillCheck
{
    internal static IEnumerable<CheckCase> Cases(CheckSize size, Values chance)
    {
        // Every head size, and every number of heads that share keys, with sequences that end within, at and behind pages and tiles.
        (int Cached, int New)[][] batches =
        [
            [(0, 1)], [(0, 16)], [(0, 17), (16, 1)], [(5, 3), (0, 31), (64, 16)], [(0, 65)], [(47, 70), (1, 1), (130, 2)],
        ];
        int turn = 0;
        foreach (int headDim in HeadSizes.All)
        {
            foreach (int group in new[] { 1, 1 + (turn % 8) }.Distinct())
            {
                yield return Case(batches[turn++ % batches.Length], group, 1, headDim, 16);
            }
        }

        foreach (int headDim in HeadSizes.Between)
        {
            yield return Case([(20, 37)], 3, 1, headDim, 16);
        }

        yield return Case([(33, 20), (0, 5)], 6, 2, 32, 16);
        yield return Case([(20, 50), (32, 3), (48, 9)], 4, 4, 64, 32, sharedPages: 1);
        yield return Case([(70, 30)], 4, 2, 128, 64);
        for (int i = 0; i < 3; i++)
        {
            (int, int)[] some = [.. Enumerable.Range(0, 1 + chance.Below(4)).Select(_ => (chance.Below(90), 1 + chance.Below(60)))];
            int kvHeads = 1 + chance.Below(2);
            yield return Case(some, kvHeads * (1 + chance.Below(4)), kvHeads, HeadSizes.All[chance.Below(HeadSizes.All.Length)], 16 * (1 + chance.Below(3)));
        }

        if (size == CheckSize.Large)
        {
            foreach (int headDim in HeadSizes.All)
            {
                yield return Case([(0, 1000), (777, 333), (4096, 1)], 8, 2, headDim, 16);
            }

            yield return Case([(0, 4096)], 32, 8, 128, 16);
            yield return Case([(12_288, 4096)], 32, 8, 128, 16);
            yield return Case([.. Enumerable.Range(0, 64).Select(i => (i * 61, 1 + (i * 37 % 200)))], 32, 8, 128, 16, sharedPages: 20);
        }
    }

    private static CheckCase Case((int Cached, int New)[] sequences, int heads, int kvHeads, int headDim, int pageTokens, int sharedPages = 0) =>
        new("attention-prefill", HeadSizes.Describe(sequences, heads, kvHeads, headDim, pageTokens), run =>
        {
            var batch = new PagedBatch(run.Values, new PageShape(kvHeads, headDim, pageTokens), sequences, sharedPages);
            var data = new AttentionData(run, batch, heads);
            var shape = new AttentionShape(heads, kvHeads, headDim, pageTokens);
            run.Op(device => new AttentionPrefillOp(device, shape), shape).Run(
                run.Stream, data.Qkv.Pointer, data.Output.Pointer, data.Pages.Pointer, data.Entries.Pointer, sequences.Length, batch.RowsMax,
                data.PageList.Pointer);
            data.Compare(run, Tolerances.RoundedTwice);
        });
}
