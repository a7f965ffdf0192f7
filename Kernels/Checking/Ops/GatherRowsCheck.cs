using Preble.Kernels.Ops;

namespace Preble.Kernels.Checking.Ops;

/// <summary>Rows by their numbers: exact.</summary>
internal static class GatherRowsCheck
{
    internal static IEnumerable<CheckCase> Cases(CheckSize size, Values chance)
    {
        yield return Case(1, 1, 4);
        yield return Case(9, 4, 192);
        yield return Case(40, 40, 260);
        yield return Case(1 + chance.Below(50), 1 + chance.Below(50), 4 * (1 + chance.Below(80)));
        if (size == CheckSize.Large)
        {
            yield return Case(8192, 64, 4096);
        }
    }

    private static CheckCase Case(int rows, int wanted, int width) =>
        new("gather-rows", $"{wanted} of {rows} rows, width {width}", run => Check(run, rows, wanted, width));

    private static void Check(CheckRun run, int rows, int wanted, int width)
    {
        float[] source = run.Values.Singles((long)rows * width);
        int[] numbers = [.. Enumerable.Range(0, wanted).Select(i => i == 0 ? rows - 1 : run.Values.Below(rows))];
        CheckedArray<float> output = run.Output<float>("out", (long)wanted * width);
        run.Op(device => new GatherRowsOp(device)).Run(run.Stream, run.Input("rows", source).Pointer, run.Input("numbers", numbers).Pointer, output.Pointer, wanted, width);
        run.Exact<float>("out", output.Read(), [.. numbers.SelectMany(n => source.Skip(n * width).Take(width))]);
    }
}
