using Preble.Engine.Sampling;
using Preble.Kernels.Checking;
using Preble.Kernels.Checking.References;

namespace Preble.Kernels.Tests.Ops;

/// <summary>References are compared with what is known without them.</summary>
public sealed class ReferenceTests
{
    private readonly Values _values = new(17);

    [Fact]
    public void Bfloat16RoundsToNearestAndTiesToEven()
    {
        for (int i = 0; i < 10_000; i++)
        {
            float value = _values.Singles(1, 0, 1000)[0];
            ushort nearest = Bf16.FromSingle(value);
            float distance = Math.Abs(Bf16.ToSingle(nearest) - value);
            foreach (int step in new[] { -1, 1 })
            {
                float other = Math.Abs(Bf16.ToSingle((ushort)(nearest + step)) - value);
                (distance < other || (distance == other && nearest % 2 == 0)).Should().BeTrue("{0} must become the nearest bfloat16", value);
            }
        }

        Bf16.FromSingle(1 + (1f / 256)).Should().Be(0x3F80);
        Bf16.FromSingle(1 + (3f / 256)).Should().Be(0x3F82);
    }

    [Fact]
    public void AttentionOverEqualKeysIsTheMeanOfTheValues()
    {
        var shape = new PageShape(2, 32, 16);
        var batch = new PagedBatch(_values, shape, [(40, 1)]);
        ushort[] pages = batch.Pages(_values);
        int[] slots = batch.Slots(0);
        foreach (int slot in slots)
        {
            pages.AsSpan((int)shape.Key(slot, 1), 32).Fill(Bf16.FromSingle(0.5f));
        }

        double[] row = new AttentionReference(pages, shape, slots, 1).Row(_values.Bf16s(32), slots.Length, 0.7);

        for (int d = 0; d < 32; d++)
        {
            row[d].Should().BeApproximately(slots.Average(slot => (double)Bf16.ToSingle(pages[shape.Value(slot, 1) + d])), 1e-12);
        }
    }

    [Fact]
    public void RotationKeepsLengthsAndProductsOfEqualDistances()
    {
        (float[] cos, float[] sin) = RotaryReference.Tables(64, 32);
        (ushort[] a, ushort[] b) = (_values.Bf16s(32), _values.Bf16s(32));

        double[] At(ushort[] head, int position) => RotaryReference.Rotate(head, cos.AsSpan(position * 16, 16), sin.AsSpan(position * 16, 16));

        DoubleMath.Dot(At(a, 20), At(b, 13)).Should().BeApproximately(DoubleMath.Dot(At(a, 57), At(b, 50)), 1e-5);
        At(a, 0).Should().Equal(DoubleMath.Widen(a));
    }

    [Fact]
    public void TheTokenThatTheCpuDrawsIsAllowedAndFewOthersAre()
    {
        int others = 0;
        for (int i = 0; i < 300; i++)
        {
            float[] logits = _values.Singles(200, 0, 6);
            var limits = new SampleLimits(0.5 + _values.Uniform(), _values.Below(3) * 20, i % 2 == 0 ? 1 : 0.8, i % 3 == 0 ? 0.02 : 0);
            double uniform = _values.Uniform();
            var parameters = new SamplingParameters { Temperature = limits.Temperature, TopK = limits.TopK, TopP = limits.TopP, MinP = limits.MinP };
            int drawn = RandomChoice.Draw([.. logits], parameters, uniform);

            SampleReference.Allows(drawn, logits, limits, uniform).Should().BeTrue("row {0} with {1}", i, limits);
            others += Enumerable.Range(0, logits.Length).Count(token => token != drawn && SampleReference.Allows(token, logits, limits, uniform));
        }

        others.Should().BeLessThan(3, "but for draws on a border only one token is right");
    }

    [Fact]
    public void ThePagesOfABatchAreItsOwnAndNothingElseIsANumber()
    {
        var shape = new PageShape(1, 32, 16);
        var batch = new PagedBatch(_values, shape, [(33, 4), (16, 1), (-1, 1), (64, 20)], sharedPages: 1);
        ushort[] pages = batch.Pages(_values);

        int[] slots = [.. Enumerable.Range(0, 4).SelectMany(batch.Slots)];
        int[] distinct = [.. slots.Distinct()];
        slots.Length.Should().Be(37 + 17 + 84);
        distinct.Length.Should().Be(slots.Length - (2 * 16), "three sequences share a page");
        pages.Count(bits => !float.IsNaN(Bf16.ToSingle(bits))).Should().Be(distinct.Length * 2 * 32);
        batch.PageList.Count(page => page < batch.PageCount).Should().Be(3 + 2 + 6);
    }
}
