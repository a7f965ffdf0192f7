using Preble.Kernels.Checking.References;
using Preble.Kernels.Ops;

namespace Preble.Kernels.Checking.Ops;

/// <summary>silu(gate) * up, rounded once, for gates from where it is flat to where it is the identity.</summary>
internal static class SiluMultiplyCheck
{
    internal static IEnumerable<CheckCase> Cases(CheckSize size, Values chance)
    {
        yield return Case(1, 8, 4);
        yield return Case(3, 512, 20);
        yield return Case(5, 1032, 300);
        yield return Case(1 + chance.Below(9), 8 * (1 + chance.Below(200)), 8);
        if (size == CheckSize.Large)
        {
            yield return Case(64, 14_336, 8);
            yield return Case(8192, 14_336, 8);
        }
    }

    private static CheckCase Case(int tokens, int inner, float scale) =>
        new("silu-multiply", $"{tokens} tokens, width {inner}, up to {scale}", run => Check(run, tokens, inner, scale));

    private static void Check(CheckRun run, int tokens, int inner, float scale)
    {
        ushort[] gateUp = run.Values.Bf16s(2L * tokens * inner, scale);
        CheckedArray<ushort> output = run.Output<ushort>("out", (long)tokens * inner);
        run.Op(device => new SiluMultiplyOp(device)).Run(run.Stream, run.Input("gateUp", gateUp).Pointer, output.Pointer, tokens, inner);
        Rows.Compare(run, Tolerances.Rounded, output.Read(), tokens, inner, t =>
            SiluMultiplyReference.Row(gateUp.AsSpan(2 * t * inner, inner), gateUp.AsSpan(((2 * t) + 1) * inner, inner)));
    }
}
