namespace Preble.Kernels.Tests.Emulator;

public sealed class FloatLawTests
{
    private static readonly float[] Edges =
        [0f, -0f, 1f, -1f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.Epsilon, -1e-40f, 1e-38f, 0.5f, 1.5f, 2.5f, -2.5f, 3e9f];

    private static readonly Dictionary<string, Func<float, float, float, float>> Operations = new()
    {
        ["add.rn.f32 %f4, %f1, %f2;"] = (a, b, _) => a + b,
        ["sub.f32 %f4, %f1, %f2;"] = (a, b, _) => a - b,
        ["mul.f32 %f4, %f1, %f2;"] = (a, b, _) => a * b,
        ["fma.rn.f32 %f4, %f1, %f2, %f3;"] = (a, b, c) => MathF.FusedMultiplyAdd(a, b, c),
        ["div.rn.f32 %f4, %f1, %f2;"] = (a, b, _) => a / b,
        ["rcp.approx.f32 %f4, %f1;"] = (a, _, _) => 1 / a,
        ["sqrt.rn.f32 %f4, %f1;"] = (a, _, _) => MathF.Sqrt(a),
        ["min.f32 %f4, %f1, %f2;"] = (a, b, _) => float.MinNumber(a, b),
        ["max.f32 %f4, %f1, %f2;"] = (a, b, _) => float.MaxNumber(a, b),
        ["max.NaN.f32 %f4, %f1, %f2;"] = (a, b, _) => MathF.Max(a, b),
        ["neg.f32 %f4, %f1;"] = (a, _, _) => -a,
        ["abs.f32 %f4, %f1;"] = (a, _, _) => MathF.Abs(a),
        ["mul.ftz.f32 %f4, %f1, 0f3F000000;"] = (a, _, _) => Flush(Flush(a) * 0.5f),
        ["cvt.rzi.f32.f32 %f4, %f1;"] = (a, _, _) => MathF.Truncate(a),
        ["cvt.rni.f32.f32 %f4, %f1;"] = (a, _, _) => MathF.Round(a),
        ["cvt.rzi.s32.f32 %r9, %f1; cvt.rn.f32.s32 %f4, %r9;"] = (a, _, _) => float.IsNaN(a) ? 0 : (int)Math.Clamp((double)a, int.MinValue, int.MaxValue),
        ["cvt.rmi.u32.f32 %r9, %f1; cvt.rn.f32.u32 %f4, %r9;"] = (a, _, _) => float.IsNaN(a) ? 0 : (uint)Math.Clamp(Math.Floor(a), 0.0, uint.MaxValue),
        ["cvt.f64.f32 %d1, %f1; cvt.f64.f32 %d2, %f2; add.f64 %d1, %d1, %d2; mul.f64 %d1, %d1, 0d3FD5555555555555; cvt.rn.f32.f64 %f4, %d1;"] =
            (a, b, _) => (float)(((double)a + b) * BitConverter.UInt64BitsToDouble(0x3FD5555555555555)),
        ["cvt.rn.f16.f32 %h1, %f1; cvt.f32.f16 %f4, %h1;"] = (a, _, _) => (float)(Half)a,
        ["cvt.rn.bf16.f32 %h1, %f1; mov.b32 %r9, {%h2, %h1}; and.b32 %r9, %r9, 0xFFFF0000; mov.b32 %f4, %r9;"] = (a, _, _) => Brain(a),
        ["cvt.rn.bf16x2.f32 %r9, %f1, %f2; shl.b32 %r9, %r9, 16; mov.b32 %f4, %r9;"] = (_, b, _) => Brain(b),
        ["setp.ltu.f32 %p1, %f1, %f2; selp.f32 %f4, %f3, 0f40000000, %p1;"] = (a, b, c) => !(a >= b) ? c : 2,
        ["setp.ne.f32 %p1, %f1, %f2; selp.f32 %f4, %f3, 0f40000000, %p1;"] = (a, b, c) => a < b || a > b ? c : 2,
        ["setp.nan.f32 %p1, %f1, %f2; selp.f32 %f4, %f3, 0f40000000, %p1;"] = (a, b, c) => float.IsNaN(a) || float.IsNaN(b) ? c : 2,
        ["setp.geu.f32 %p1, %f1, %f2; selp.f32 %f4, %f3, 0f40000000, %p1;"] = (a, b, c) => !(a < b) ? c : 2,
    };

    public static TheoryData<string> Names => new(Operations.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void AnOperationGivesWhatItsDefinitionSays(string body)
    {
        var random = new Random(body.Length);
        float[] a = Values(random);
        float[] b = Values(random);
        float[] c = Values(random);
        float[] results = Run("mov.b16 %h2, 0;" + body, a, b, c);
        for (int lane = 0; lane < LaneProgram.Lanes; lane++)
        {
            float expected = Operations[body](a[lane], b[lane], c[lane]);
            (float.IsNaN(expected) ? float.IsNaN(results[lane]) : BitConverter.SingleToInt32Bits(expected) == BitConverter.SingleToInt32Bits(results[lane]))
                .Should().BeTrue($"{a[lane]:R}, {b[lane]:R}, {c[lane]:R} give {expected:R}, not {results[lane]:R}");
        }
    }

    [Fact]
    public void PowersOfTwoAreAsExactAsTheHardwarePromises()
    {
        var random = new Random(5);
        for (int round = 0; round < 20; round++)
        {
            float[] a = [.. Enumerable.Range(0, LaneProgram.Lanes).Select(_ => (random.NextSingle() * 280) - 150)];
            float[] results = Run("ex2.approx.f32 %f4, %f1;", a, a, a);
            for (int lane = 0; lane < a.Length; lane++)
            {
                double expected = Math.Pow(2, a[lane]);
                if (expected <= float.MaxValue)
                {
                    ((double)results[lane]).Should().BeApproximately(expected, Math.Max(expected * 2.4e-7, 1.5e-45));
                }
            }
        }

        Run("ex2.approx.f32 %f4, %f1;", Edge(float.NegativeInfinity), Edge(0), Edge(0)).Should().AllBeEquivalentTo(0f);
        Run("ex2.approx.f32 %f4, %f1;", Edge(float.PositiveInfinity), Edge(0), Edge(0)).Should().AllBeEquivalentTo(float.PositiveInfinity);
        Run("ex2.approx.f32 %f4, %f1;", Edge(float.NaN), Edge(0), Edge(0)).Should().OnlyContain(value => float.IsNaN(value));
    }

    [Fact]
    public void PairsOfBrainFloatsAreRoundedOnce()
    {
        var random = new Random(8);
        uint[] a = Pairs(random);
        uint[] b = Pairs(random);
        uint[] c = Pairs(random);
        uint[] fused = LaneProgram.Run("fma.rn.bf16x2 %r4, %r1, %r2, %r3;", a, b, c);
        uint[] sums = LaneProgram.Run("add.rn.bf16x2 %r4, %r1, %r2;", a, b, c);
        for (int n = 0; n < 2 * LaneProgram.Lanes; n++)
        {
            double exact = ((double)Half(a, n) * Half(b, n)) + Half(c, n);
            Half(fused, n).Should().Be(Nearest(exact));
            Half(sums, n).Should().Be(Nearest((double)Half(a, n) + Half(b, n)));
        }
    }

    [Fact]
    public void ExactPowersOfTwoComeOutExact()
    {
        float[] a = [.. Enumerable.Range(-16, 32).Select(n => (float)n)];
        Run("ex2.approx.ftz.f32 %f4, %f1;", a, a, a).Should().Equal(a.Select(n => MathF.Pow(2, n)));
    }

    private static float[] Run(string body, float[] a, float[] b, float[] c) =>
        [.. LaneProgram.Run($"mov.b32 %f1, %r1; mov.b32 %f2, %r2; mov.b32 %f3, %r3; {body} mov.b32 %r4, %f4;", Bits(a), Bits(b), Bits(c)).Select(BitConverter.UInt32BitsToSingle)];

    private static uint[] Pairs(Random random) =>
        [.. Enumerable.Range(0, LaneProgram.Lanes).Select(_ => BitConverter.SingleToUInt32Bits((random.NextSingle() - 0.5f) * 8) & 0xFFFF0000 | BitConverter.SingleToUInt32Bits(random.NextSingle()) >> 16)];

    private static float Half(uint[] pairs, int n) => BitConverter.UInt32BitsToSingle(n % 2 == 0 ? pairs[n / 2] << 16 : pairs[n / 2] & 0xFFFF0000);

    // By way of the two neighbours among bfloat16 numbers.
    private static float Nearest(double exact)
    {
        uint bits = BitConverter.SingleToUInt32Bits((float)exact) & 0xFFFF0000;
        float[] near = [.. Enumerable.Range(-1, 3).Select(step => BitConverter.UInt32BitsToSingle((uint)(bits + (step * 65536L))))];
        return near.OrderBy(value => Math.Abs(value - exact)).ThenBy(value => BitConverter.SingleToUInt32Bits(value) >> 16 & 1).First();
    }

    private static uint[] Bits(float[] values) => [.. values.Select(BitConverter.SingleToUInt32Bits)];

    private static float[] Edge(float value) => [.. Enumerable.Repeat(value, LaneProgram.Lanes)];

    private static float[] Values(Random random) =>
        [.. Enumerable.Range(0, LaneProgram.Lanes).Select(_ => random.Next(2) == 0 ? Edges[random.Next(Edges.Length)] : (random.NextSingle() - 0.5f) * MathF.Pow(10, random.Next(-6, 7)))];

    private static float Flush(float a) => float.IsSubnormal(a) ? MathF.CopySign(0, a) : a;

    // To the nearest of the numbers with 8 bits of mantissa, ties to the even one.
    private static float Brain(float a)
    {
        if (!float.IsFinite(a))
        {
            return a;
        }

        float below = BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(a) & 0xFFFF0000);
        double above = BitConverter.UInt32BitsToSingle((BitConverter.SingleToUInt32Bits(a) & 0xFFFF0000) + 0x10000);
        above = double.IsInfinity(above) ? Math.Sign(a) * Math.Pow(2, 128) : above;
        double down = Math.Abs((double)a - below);
        double up = Math.Abs(above - a);
        bool even = (BitConverter.SingleToUInt32Bits(below) >> 16 & 1) == 0;
        return down < up || (down == up && even) ? below : (float)above;
    }
}
