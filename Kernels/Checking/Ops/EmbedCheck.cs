using Preble.Kernels.Ops;

namespace Preble.Kernels.Checking.Ops;

/// <summary>Rows of the embedding table, widened: exact.</summary>
internal static class EmbedCheck
{
    internal static IEnumerable<CheckCase> Cases(CheckSize size, Values chance)
    {
        yield return Case(1, 8, 1);
        yield return Case(5, 192, 768);
        yield return Case(33, 264, 97);
        yield return Case(1 + chance.Below(20), 8 * (1 + chance.Below(40)), 1 + chance.Below(300));
        if (size == CheckSize.Large)
        {
            yield return Case(8192, 4096, 32_000);
        }
    }

    private static CheckCase Case(int tokens, int hidden, int vocabulary) =>
        new("embed", $"{tokens} tokens, width {hidden}, vocabulary {vocabulary}", run => Check(run, tokens, hidden, vocabulary));

    private static void Check(CheckRun run, int tokens, int hidden, int vocabulary)
    {
        ushort[] table = run.Values.Bf16s((long)vocabulary * hidden);
        int[] ids = [.. Enumerable.Range(0, tokens).Select(t => t == 0 ? vocabulary - 1 : run.Values.Below(vocabulary))];
        CheckedArray<float> output = run.Output<float>("out", (long)tokens * hidden);
        run.Op(device => new EmbedOp(device)).Run(run.Stream, run.Input("tokens", ids).Pointer, run.Input("table", table).Pointer, output.Pointer, tokens, hidden);

        float[] want = [.. ids.SelectMany(id => table.Skip(id * hidden).Take(hidden)).Select(Bf16.ToSingle)];
        run.Exact<float>("out", output.Read(), want);
    }
}
