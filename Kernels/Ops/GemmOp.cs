using Preble.Kernels.Device;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Ops;

/// <summary>
/// Matrix product on tensor cores, the project's own: what is used where cuBLAS is not there. Sums run over k in order whatever the number of rows, so that a
/// row's bits do not depend on the others.
/// </summary>
internal sealed class GemmOp : IDisposable
{
    private readonly KernelModule _module;
    private readonly CudaFunction[] _toBfloat16;
    private readonly CudaFunction[] _toSingle;

    internal GemmOp(CudaDevice device)
    {
        _module = new KernelModule(device, "gemm");
        _toBfloat16 = [.. GemmTile.All.Select(tile => _module.Function($"gemm_{tile.M}x{tile.N}_bf16", tile.SharedBytes))];
        _toSingle = [.. GemmTile.All.Select(tile => _module.Function($"gemm_{tile.M}x{tile.N}_f32", tile.SharedBytes))];
    }

    /// <summary>output = a weights^T, rounded to bf16.</summary>
    /// <param name="stream">Where.</param>
    /// <param name="a">bf16 [m, k]</param>
    /// <param name="weights">bf16 [n, k]</param>
    /// <param name="output">bf16 [m, n]</param>
    /// <param name="m">None launches nothing.</param>
    /// <param name="n">A multiple of 8.</param>
    /// <param name="k">A multiple of 8.</param>
    internal void Run(CudaStream stream, DevicePointer a, DevicePointer weights, DevicePointer output, int m, int n, int k) =>
        Launch(_toBfloat16, stream, a, weights, output, m, n, k);

    /// <summary>The same with an output in f32.</summary>
    internal void RunToSingle(CudaStream stream, DevicePointer a, DevicePointer weights, DevicePointer output, int m, int n, int k) =>
        Launch(_toSingle, stream, a, weights, output, m, n, k);

    /// <inheritdoc/>
    public void Dispose() => _module.Dispose();

    private void Launch(CudaFunction[] functions, CudaStream stream, DevicePointer a, DevicePointer weights, DevicePointer output, int m, int n, int k)
    {
        KernelModule.CheckMultiple(n, 8, "n, the rows of the weights,");
        KernelModule.CheckMultiple(k, 8, "k, the width of the weights,");
        if (m > 0)
        {
            int choice = GemmTile.Choose(m, n, _module.Device.Multiprocessors);
            GemmTile tile = GemmTile.All[choice];
            functions[choice].Launch(
                stream, new Dim3(tile.Blocks(m, n)), new Dim3(tile.Warps * KernelModule.WarpThreads), tile.SharedBytes, a, weights, output, m, n, k);
        }
    }
}
