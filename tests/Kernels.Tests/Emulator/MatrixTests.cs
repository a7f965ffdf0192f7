using Preble.Kernels.Device;

namespace Preble.Kernels.Tests.Emulator;

public sealed class MatrixTests
{
    private const int Rows = 16;
    private const int Columns = 8;

    [Theory]
    [InlineData(16, "bf16")]
    [InlineData(8, "bf16")]
    [InlineData(16, "f16")]
    [InlineData(8, "f16")]
    public void MultiplyingFragmentsMultipliesMatrices(int depth, string format)
    {
        var random = new Random(depth + format.Length);
        float[,] a = Matrix(random, Rows, depth);
        float[,] b = Matrix(random, depth, Columns);
        float[,] c = Matrix(random, Rows, Columns);
        using var machine = new EmulatedMachine();
        DeviceMemory result = machine.Allocate(4 * 4 * 32);
        int aRegisters = depth / 4;
        int bRegisters = depth / 8;
        CudaFunction kernel = machine.Kernel(4, $$"""
            shl.b32 %r1, %r0, 2;
            {{Load("%r", 10, "%rd1", "b32", aRegisters)}}
            {{Load("%r", 20, "%rd2", "b32", bRegisters)}}
            {{Load("%f", 0, "%rd3", "f32", 4)}}
            mma.sync.aligned.m16n8k{{depth}}.row.col.f32.{{format}}.{{format}}.f32 {%f4,%f5,%f6,%f7}, {{List("%r", 10, aRegisters)}}, {{List("%r", 20, bRegisters)}}, {%f0,%f1,%f2,%f3};
            mul.wide.u32 %rd9, %r0, 16; add.u64 %rd9, %rd9, %rd0;
            st.global.v4.f32 [%rd9], {%f4,%f5,%f6,%f7};
            """);
        machine.Run(kernel, [
            result,
            machine.Upload(Fragments(aRegisters, (lane, n) => Pair(format, k => a[(lane / 4) + (8 * (n % 2)), (2 * (lane % 4)) + k + (8 * (n / 2))]))),
            machine.Upload(Fragments(bRegisters, (lane, n) => Pair(format, k => b[(2 * (lane % 4)) + k + (8 * n), lane / 4]))),
            machine.Upload(Fragments(4, (lane, n) => BitConverter.SingleToUInt32Bits(c[(lane / 4) + (8 * (n / 2)), (2 * (lane % 4)) + (n % 2)]))),
        ]);

        float[] d = machine.Download<float>(result);
        for (int lane = 0; lane < 32; lane++)
        {
            for (int n = 0; n < 4; n++)
            {
                int row = (lane / 4) + (8 * (n / 2));
                int column = (2 * (lane % 4)) + (n % 2);
                double expected = c[row, column] + Enumerable.Range(0, depth).Sum(k => (double)a[row, k] * b[k, column]);
                ((double)d[(4 * lane) + n]).Should().BeApproximately(expected, 1e-4);
            }
        }
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(4, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(4, true)]
    public void MatricesComeFromTheRowsThatLanesName(int matrices, bool transposed)
    {
        // Row r of matrix m lies at place (5 r + 3 m) mod 32 of 32 places of 16 bytes.
        ushort[] memory = [.. Enumerable.Range(0, 256).Select(n => (ushort)((n * 257) + 11))];
        using var machine = new EmulatedMachine();
        DeviceMemory result = machine.Allocate(4 * 32 * matrices);
        CudaFunction kernel = machine.Kernel(2, $$"""
            .shared .align 16 .b8 tile[512];
            mul.wide.u32 %rd9, %r0, 16; add.u64 %rd10, %rd9, %rd1;
            ld.global.v4.b32 {%r1,%r2,%r3,%r4}, [%rd10];
            mov.u32 %r5, tile; shl.b32 %r6, %r0, 4; add.u32 %r6, %r6, %r5;
            st.shared.v4.b32 [%r6], {%r1,%r2,%r3,%r4};
            bar.warp.sync -1;
            and.b32 %r7, %r0, 7; shr.u32 %r8, %r0, 3; mul.lo.u32 %r7, %r7, 5; mad.lo.u32 %r7, %r8, 3, %r7; and.b32 %r7, %r7, 31;
            mad.lo.u32 %r7, %r7, 16, %r5;
            ldmatrix.sync.aligned.m8n8.x{{matrices}}{{(transposed ? ".trans" : "")}}.shared.b16 {{List("%r", 10, matrices)}}, [%r7];
            mul.wide.u32 %rd9, %r0, {{4 * matrices}}; add.u64 %rd9, %rd9, %rd0;
            {{string.Concat(Enumerable.Range(0, matrices).Select(m => $"st.global.u32 [%rd9+{4 * m}], %r{10 + m};"))}}
            """);
        machine.Run(kernel, [result, machine.Upload(memory)]);
        uint[] values = machine.Download<uint>(result);
        for (int lane = 0; lane < 32; lane++)
        {
            for (int m = 0; m < matrices; m++)
            {
                ushort At(int row, int column) => memory[(8 * (((5 * row) + (3 * m)) % 32)) + column];
                int r = lane / 4;
                int c = 2 * (lane % 4);
                uint expected = transposed ? At(c, r) | ((uint)At(c + 1, r) << 16) : At(r, c) | ((uint)At(r, c + 1) << 16);
                values[(lane * matrices) + m].Should().Be(expected);
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void StoredMatricesComeBackAsTheyWere(bool transposed)
    {
        string trans = transposed ? ".trans" : "";
        uint[] values = LaneProgram.Values(new Random(9));
        LaneProgram.Run(
            $$"""
            .shared .align 16 .b8 tile[128];
            mov.u32 %r5, tile; and.b32 %r6, %r0, 7; mad.lo.u32 %r5, %r6, 16, %r5;
            stmatrix.sync.aligned.m8n8.x1{{trans}}.shared.b16 [%r5], {%r1};
            bar.warp.sync -1;
            ldmatrix.sync.aligned.m8n8.x1{{trans}}.shared.b16 {%r4}, [%r5];
            """,
            values,
            values,
            values).Should().Equal(values);
    }

    private static string Load(string prefix, int first, string pointer, string type, int count) =>
        $"mul.wide.u32 %rd9, %r0, {4 * count}; add.u64 %rd9, %rd9, {pointer}; "
        + string.Concat(Enumerable.Range(0, count).Select(n => $"ld.global.{type} {prefix}{first + n}, [%rd9+{4 * n}]; "));

    private static string List(string prefix, int first, int count) => $"{{{string.Join(",", Enumerable.Range(first, count).Select(n => prefix + n))}}}";

    private static uint[] Fragments(int count, Func<int, int, uint> value) =>
        [.. Enumerable.Range(0, 32 * count).Select(n => value(n / count, n % count))];

    private static uint Pair(string format, Func<int, float> value) => Bits(format, value(0)) | (Bits(format, value(1)) << 16);

    private static uint Bits(string format, float value) =>
        format == "f16" ? BitConverter.HalfToUInt16Bits((Half)value) : BitConverter.SingleToUInt32Bits(value) >> 16;

    // Small multiples of 1/8 are exact in both formats.
    private static float[,] Matrix(Random random, int rows, int columns)
    {
        var matrix = new float[rows, columns];
        for (int n = 0; n < matrix.Length; n++)
        {
            matrix[n / columns, n % columns] = random.Next(-64, 65) / 8f;
        }

        return matrix;
    }
}
