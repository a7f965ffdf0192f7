using Preble.Kernels.Driver;

namespace Preble.Kernels.Products;

/// <summary>
/// Products of activations and weights on one stream: out = a times the transpose of w, in f32 inside. cuBLAS where it is, else a kernel of this
/// project.
/// </summary>
internal interface IMatrixProduct : IDisposable
{
    /// <summary>For messages: <c>cuBLAS 12.9</c> or <c>own</c>.</summary>
    string Name { get; }

    /// <summary>Asks for a product.</summary>
    /// <param name="a">bf16 [m, k].</param>
    /// <param name="w">bf16 [n, k].</param>
    /// <param name="output">[m, n], f32 if <paramref name="single"/>, else bf16.</param>
    /// <param name="single">Whether the output is f32.</param>
    /// <param name="m">Rows of a, at least 1.</param>
    /// <param name="n">Rows of w, a multiple of 8.</param>
    /// <param name="k">Columns of both, a multiple of 8.</param>
    void Multiply(DevicePointer a, DevicePointer w, DevicePointer output, bool single, int m, int n, int k);
}
