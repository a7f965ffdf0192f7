using Preble.Kernels.Checking.References;
using Preble.Kernels.Driver;
using Preble.Kernels.Ops;

namespace Preble.Kernels.Checking.Ops;

/// <summary>The residual's sum is one rounding in float, so exact; the normalised row is rounded once to bfloat16.</summary>
internal static class RmsNormCheck
{
    private const float Epsilon = 1e-5f;

    internal static IEnumerable<CheckCase> Cases(CheckSize size, Values chance)
    {
        foreach (bool hasDelta in new[] { false, true })
        {
            yield return Case(1, 8, hasDelta);
            yield return Case(3, 192, hasDelta);
            yield return Case(7, 200, hasDelta);
            yield return Case(2, 4096, hasDelta);
            yield return Case(1, 8200, hasDelta);
            yield return Case(1 + chance.Below(9), 8 * (1 + chance.Below(200)), hasDelta);
            if (size == CheckSize.Large)
            {
                yield return Case(8192, 4096, hasDelta);
                yield return Case(64, 8192, hasDelta);
            }
        }
    }

    private static CheckCase Case(int tokens, int hidden, bool hasDelta) =>
        new("rms-norm", $"{tokens} tokens, width {hidden}{(hasDelta ? ", with delta" : "")}", run => Check(run, tokens, hidden, hasDelta));

    private static void Check(CheckRun run, int tokens, int hidden, bool hasDelta)
    {
        float[] residual = run.Values.Singles((long)tokens * hidden, 0.1f, 3);
        ushort[] delta = run.Values.Bf16s((long)tokens * hidden);
        float[] gain = run.Values.Singles(hidden, 1, 0.2f);

        // A row of zeros is all epsilon.
        residual.AsSpan(0, tokens > 2 ? hidden : 0).Clear();
        delta.AsSpan(0, tokens > 2 ? hidden : 0).Clear();
        CheckedArray<float> changed = run.Changed("residual", residual);
        CheckedArray<ushort> output = run.Output<ushort>("out", (long)tokens * hidden);
        DevicePointer added = hasDelta ? run.Input("delta", delta).Pointer : DevicePointer.Null;
        run.Op(device => new RmsNormOp(device)).Run(run.Stream, changed.Pointer, added, run.Input("gain", gain).Pointer, Epsilon, output.Pointer, tokens, hidden);

        float[] sum = [.. residual.Select((x, i) => hasDelta ? x + Bf16.ToSingle(delta[i]) : x)];
        run.Exact<float>("residual", changed.Read(), sum);
        Rows.Compare(run, Tolerances.Rounded, output.Read(), tokens, hidden, t => RmsNormReference.Row(sum.AsSpan(t * hidden, hidden), gain, Epsilon));
    }
}
