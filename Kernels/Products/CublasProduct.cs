using System.Globalization;
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

    // cublasOperation_t, cudaDataType and cublasGemmAlgo_t of the headers.
    private const int AsIs = 0;
    private const int Transposed = 1;
    private const int Single = 0;
    private const int Bfloat16 = 14;
    private const int DefaultAlgorithm = -1;

    // CUBLAS_COMPUTE_32F: bfloat16 in, sums in f32 on the tensor cores. Its FAST variants would round f32 inputs, of which there are none.
    private const int ComputeSingle = 68;

    // CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION: where cuBLAS cuts k and adds the parts (few rows, so all decode steps) the parts stay f32. By
    // default it may add them in bfloat16, an error of 2^-9 a part, where this project's kernel and the CPU have none.
    private const int FullPrecisionReduction = 16;

    private readonly ICublas _cublas;
    private readonly CudaDevice _device;
    private readonly DeviceMemory _workspace;
    private nint _handle;

    private CublasProduct(ICublas cublas, CudaDevice device, CudaStream stream)
    {
        _cublas = cublas;
        _device = device;
        _workspace = new DeviceMemory(device, WorkspaceBytes);
        try
        {
            Check(cublas.Create(out nint handle), "cublasCreate");
            _handle = handle;
            Check(cublas.GetVersion(_handle, out int version), "cublasGetVersion");
            Check(cublas.SetStream(_handle, stream.Value), "cublasSetStream");
            Check(cublas.SetWorkspace(_handle, _workspace.Pointer, WorkspaceBytes), "cublasSetWorkspace");
            Check(cublas.SetMathMode(_handle, FullPrecisionReduction), "cublasSetMathMode");
            Name = string.Create(CultureInfo.InvariantCulture, $"cuBLAS {version / 10_000}.{version / 100 % 100}");
            Try(stream);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Makes one that has multiplied on this device, of the first library that does, or null.</summary>
    /// <param name="device">Where; its context is the calling thread's.</param>
    /// <param name="stream">In which order.</param>
    /// <param name="reason">In a line, why it is null; of each library that is there and does not work.</param>
    /// <param name="isThere">Whether there is a library, be it of use or not.</param>
    /// <exception cref="CudaException">The device is lost.</exception>
    internal static CublasProduct? TryCreate(CudaDevice device, CudaStream stream, out string reason, out bool isThere)
    {
        var reasons = new List<string>();
        foreach (ICublas cublas in device.CublasLibraries())
        {
            try
            {
                (reason, isThere) = ("", true);
                return new CublasProduct(cublas, device, stream);
            }
            catch (CudaException exception)
            {
                // What cuBLAS says of itself may as well be the device's end: the device knows.
                stream.Synchronize();
                reasons.Add($"{cublas.Name} cannot be used: {exception.Message.ReplaceLineEndings(" ")}");
            }
        }

        isThere = reasons.Count > 0;
        reason = isThere ? string.Join(' ', reasons) : "There is no cuBLAS 12 or 13 here.";
        return null;
    }

    /// <inheritdoc/>
    public void Multiply(DevicePointer a, DevicePointer w, DevicePointer output, bool single, int m, int n, int k)
    {
        // cuBLAS thinks in columns: the transpose of the output, [n, m], is w, read as the transpose of [k, n], times the transpose of a.
        int status = _cublas.GemmEx(
            _handle, Transposed, AsIs, n, m, k, 1, w, Bfloat16, k, a, Bfloat16, k, 0, output, single ? Single : Bfloat16, n, ComputeSingle, DefaultAlgorithm);
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
            _cublas.Destroy(_handle);
            _handle = 0;
        }

        _workspace.Dispose();
    }

    /// <summary>
    /// Multiplies ones, to f32 and to bfloat16: a library that loads may lack kernels for the device or need a newer driver, and says so only now.
    /// </summary>
    private void Try(CudaStream stream)
    {
        const int size = 64;
        const uint ones = 0x3F80_3F80;
        using var operand = new DeviceMemory(_device, size * size * sizeof(ushort));
        using var output = new DeviceMemory(_device, size * size * sizeof(float));
        stream.Fill(operand.Pointer, ones, size * size / 2);
        foreach (bool single in new[] { true, false })
        {
            uint[] words = new uint[single ? size * size : size * size / 2];
            stream.Fill(output.Pointer, 0, words.Length);
            Multiply(operand.Pointer, operand.Pointer, output.Pointer, single, size, size, size);
            fixed (uint* to = words)
            {
                stream.CopyToHost(to, output.Pointer, words.Length * sizeof(uint));
                stream.Synchronize();
            }

            // 64, once as f32 and once as two of bfloat16.
            if (words.AsSpan().ContainsAnyExcept(single ? 0x4280_0000u : 0x4280_4280u))
            {
                throw new CudaException("cublasGemmEx", CudaResult.NotSupported, $"{Name} multiplies wrongly: 64 ones with 64 ones did not become 64.");
            }
        }
    }

    private void Check(int status, string call)
    {
        if (status != 0)
        {
            string text = _cublas.Describe(status);
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
