using Preble.Kernels.Ops;

namespace Preble.Kernels.Checking.Ops;

/// <summary>A sum of two numbers, rounded once.</summary>
internal static class AddBiasCheck
{
    internal static IEnumerable<CheckCase> Cases(CheckSize size, Values chance)
    {
        yield return Case(1, 8);
        yield return Case(3, 320);
        yield return Case(17, 1032);
        yield return Case(1 + chance.Below(20), 8 * (1 + chance.Below(100)));
        if (size == CheckSize.Large)
        {
            yield return Case(8192, 6144);
        }
    }

    private static CheckCase Case(int tokens, int width) => new("add-bias", $"{tokens} tokens, width {width}", run => Check(run, tokens, width));

    private static void Check(CheckRun run, int tokens, int width)
    {
        ushort[] x = run.Values.Bf16s((long)tokens * width);
        float[] bias = run.Values.Singles(width);
        CheckedArray<ushort> changed = run.Changed("x", x);
        run.Op(device => new AddBiasOp(device)).Run(run.Stream, changed.Pointer, run.Input("bias", bias).Pointer, tokens, width);
        Rows.Compare(run, Tolerances.Rounded, changed.Read(), tokens, width, t => [.. bias.Select((b, i) => (double)Bf16.ToSingle(x[(t * width) + i]) + b)]);
    }
}
