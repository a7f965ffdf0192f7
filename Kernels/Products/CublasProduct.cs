using System.Globalization;
using System.Runtime.InteropServices;
using Preble.Kernels.Device;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Products;

/// <summary>
/// Products by cuBLAS. It chooses its kernels by the number of rows, so that a row's last bits may depend on the batch.
/// </summary>
internal sealed unsafe class CublasProduct : IMatrixProduct
{
    /// <summary>What NVIDIA recommends for compute capability 9.0; more than enough for older ones.</summary>
    private const long WorkspaceBytes = 32 << 20;

    // cublasOperation_t, cudaDataType and cublasComputeType_t of the headers.
    private const int AsIs = 0;
    private const int Transposed = 1;
    private const int Single = 0;
    private const int Bfloat16 = 14;
    private const int ComputeSingle = 68;
    private const int DefaultAlgorithm = -1;

    private readonly CudaDevice _device;
    private readonly DeviceMemory _workspace;
    private nint _handle;

    private CublasProduct(CudaDevice device, CudaStream stream)
    {
        _device = device;
        _workspace = new DeviceMemory(device, WorkspaceBytes);
        try
        {
            nint handle;
            Check(CublasCalls.Create(&handle), "cublasCreate");
            _handle = handle;
            int version;
            Check(CublasCalls.GetVersion(_handle, &version), "cublasGetVersion");
            Check(CublasCalls.SetStream(_handle, stream.Value), "cublasSetStream");
            Check(CublasCalls.SetWorkspace(_handle, _workspace.Pointer.Address, (nuint)WorkspaceBytes), "cublasSetWorkspace");
            Name = string.Create(CultureInfo.InvariantCulture, $"cuBLAS {version / 10_000}.{version / 100 % 100}");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Makes one, or null where the library is not; throws <see cref="CudaException"/> if it is there and does not work.</summary>
    internal static CublasProduct? TryCreate(CudaDevice device, CudaStream stream) =>
        device.Driver is LibCuda && NativeLibraries.TryLoad(NativeLibraries.Cublas, out _) ? new CublasProduct(device, stream) : null;

    /// <inheritdoc/>
    public void Multiply(DevicePointer a, DevicePointer w, DevicePointer output, bool single, int m, int n, int k)
    {
        // cuBLAS thinks in columns: the transpose of the output, [n, m], is w, read as the transpose of [k, n], times the transpose of a.
        (float alpha, float beta) = (1, 0);
        int status = CublasCalls.GemmEx(
            _handle,
            Transposed,
            AsIs,
            n,
            m,
            k,
            &alpha,
            w.Address,
            Bfloat16,
            k,
            a.Address,
            Bfloat16,
            k,
            &beta,
            output.Address,
            single ? Single : Bfloat16,
            n,
            ComputeSingle,
            DefaultAlgorithm);
        if (status != 0)
        {
            Check(status, string.Create(CultureInfo.InvariantCulture, $"cublasGemmEx ({m} x {n} x {k})"));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_handle != 0)
        {
            // Whoever disposes may be another thread than the one that computes; a device that is lost has nothing to free.
            _device.Driver.ContextSetCurrent(_device.Context.Value);
            CublasCalls.Destroy(_handle);
            _handle = 0;
        }

        _workspace.Dispose();
    }

    private static void Check(int status, string call)
    {
        if (status != 0)
        {
            string text = Marshal.PtrToStringUTF8(CublasCalls.GetStatusString(status)) ?? "unknown status";
            throw new CudaException(call, Result(status), string.Create(CultureInfo.InvariantCulture, $"{call} failed with {status}: {text}."));
        }
    }

    // cublasStatus_t: what says that the device is lost is an execution that failed; the rest is of this call only.
    private static CudaResult Result(int status) => status switch
    {
        3 => CudaResult.OutOfMemory,
        7 => CudaResult.InvalidValue,
        13 => CudaResult.LaunchFailed,
        _ => CudaResult.NotSupported,
    };
}
