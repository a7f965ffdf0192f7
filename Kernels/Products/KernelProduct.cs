using Preble.Kernels.Device;
using Preble.Kernels.Driver;
using Preble.Kernels.Ops;

namespace Preble.Kernels.Products;

/// <summary>Products by this project's kernel: a row's bits do not depend on how many rows there are.</summary>
internal sealed class KernelProduct(GemmOp gemm, CudaStream stream) : IMatrixProduct
{
    /// <inheritdoc/>
    public string Name => "own";

    /// <inheritdoc/>
    public void Multiply(DevicePointer a, DevicePointer w, DevicePointer output, bool single, int m, int n, int k)
    {
        if (single)
        {
            gemm.RunToSingle(stream, a, w, output, m, n, k);
        }
        else
        {
            gemm.Run(stream, a, w, output, m, n, k);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
