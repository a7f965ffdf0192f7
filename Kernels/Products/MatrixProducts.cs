using Preble.Kernels.Device;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Products;

/// <summary>
/// Products by cuBLAS as long as it does them, then by this project's kernel: a library that does not suit the device or the driver makes a worker slower
/// and takes nothing away from it.
/// </summary>
/// <param name="cublas">Preferred; null for this project's kernel from the start.</param>
/// <param name="own">This project's.</param>
/// <param name="note">Told in a line when cuBLAS is given up.</param>
internal sealed class MatrixProducts(CublasProduct? cublas, KernelProduct own, Action<string> note) : IMatrixProduct
{
    private bool _ownOnly = cublas is null;

    /// <inheritdoc/>
    public string Name => _ownOnly ? own.Name : cublas!.Name;

    /// <summary>cuBLAS where it is wanted, is there and works. One that is there and does not is noted.</summary>
    /// <exception cref="CudaException">The device is lost.</exception>
    internal static MatrixProducts Choose(CudaDevice device, CudaStream stream, KernelProduct own, bool wantsCublas, Action<string> note)
    {
        if (!wantsCublas)
        {
            return new MatrixProducts(null, own, note);
        }

        CublasProduct? cublas = CublasProduct.TryCreate(device, stream, out string reason, out bool isThere);
        if (isThere && cublas is null)
        {
            note($"{reason} The project's own kernel multiplies matrices, which is slower.");
        }

        return new MatrixProducts(cublas, own, note);
    }

    /// <inheritdoc/>
    public void Multiply(DevicePointer a, DevicePointer w, DevicePointer output, bool single, int m, int n, int k)
    {
        if (!_ownOnly)
        {
            try
            {
                cublas!.Multiply(a, w, output, single, m, n, k);
                return;
            }
            catch (CudaException exception)
            {
                // Whatever it says: if the device is lost, so says the kernel that is launched next.
                _ownOnly = true;
                note($"{cublas!.Name} is not used any more: {exception.Message} The project's own kernel multiplies matrices, which is slower.");
            }
        }

        own.Multiply(a, w, output, single, m, n, k);
    }

    /// <inheritdoc/>
    public void Dispose() => cublas?.Dispose();
}
