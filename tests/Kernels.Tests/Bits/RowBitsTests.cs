using Preble.Kernels.Checking;
using Preble.Kernels.Ops;

namespace Preble.Kernels.Tests.Bits;

/// <summary>A row of a product or of a norm has the same bits whatever rows are computed beside it.</summary>
public sealed class RowBitsTests
{
    [Theory]
    [InlineData(72)]
    [InlineData(264)]
    [InlineData(2048)]
    public void ARowOfAProductHasTheSameBitsForAnyNumberOfRows(int n)
    {
        const int m = 130, k = 136;
        using var device = new EmulatedRun();
        CheckRun run = device.Run;
        ushort[] a = run.Values.Bf16s(m * k);
        ulong weights = run.Input("w", run.Values.Bf16s(n * k)).Pointer.Address;
        float[] whole = Product(a);

        // Every tile has its turn: the number of rows chooses it.
        foreach ((int first, int rows) in new[] { (0, 1), (3, 1), (0, 16), (7, 20), (50, 64), (60, 65) })
        {
            Product(a[(first * k)..((first + rows) * k)]).Should().Equal(whole[(first * n)..((first + rows) * n)], "{0} rows from {1} on", rows, first);
        }

        float[] Product(ushort[] left)
        {
            CheckedArray<float> output = run.Output<float>("out", left.Length / k * n);
            run.Op(on => new GemmOp(on)).RunToSingle(
                run.Stream, run.Input("a", left).Pointer, new Driver.DevicePointer(weights), output.Pointer, left.Length / k, n, k);
            return output.Read();
        }
    }

    [Theory]
    [InlineData(8)]
    [InlineData(192)]
    [InlineData(4104)]
    public void ARowOfANormHasTheSameBitsAlone(int hidden)
    {
        const int rows = 5;
        using var device = new EmulatedRun();
        CheckRun run = device.Run;
        float[] residual = run.Values.Singles(rows * hidden);
        ulong gain = run.Input("gain", run.Values.Singles(hidden)).Pointer.Address;
        ushort[] whole = Norm(residual);

        for (int row = 0; row < rows; row++)
        {
            Norm(residual[(row * hidden)..((row + 1) * hidden)]).Should().Equal(whole[(row * hidden)..((row + 1) * hidden)]);
        }

        ushort[] Norm(float[] values)
        {
            CheckedArray<ushort> output = run.Output<ushort>("out", values.Length);
            run.Op(on => new RmsNormOp(on)).Run(
                run.Stream, run.Changed("residual", values).Pointer, default, new Driver.DevicePointer(gain), 1e-5f, output.Pointer, values.Length / hidden, hidden);
            return output.Read();
        }
    }
}
