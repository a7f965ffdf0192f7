using System.Runtime.InteropServices;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Products;

/// <summary>
/// A cuBLAS of this machine. Its calls are looked up in the file itself rather than imported by name, as two versions may be there of which only one
/// works with the driver.
/// </summary>
internal sealed unsafe class LibCublas : ICublas
{
    /// <summary>No status of cuBLAS: the library lacks a call.</summary>
    private const int Missing = -1;

    private readonly delegate* unmanaged<nint*, int> _create;
    private readonly delegate* unmanaged<nint, int> _destroy;
    private readonly delegate* unmanaged<nint, int*, int> _getVersion;
    private readonly delegate* unmanaged<nint, nint, int> _setStream;
    private readonly delegate* unmanaged<nint, ulong, nuint, int> _setWorkspace;
    private readonly delegate* unmanaged<nint, int, int> _setMathMode;
    private readonly delegate* unmanaged<nint, int, int, int, int, int, void*, ulong, int, int, ulong, int, int, void*, ulong, int, int, int, int, int> _gemmEx;
    private readonly delegate* unmanaged<int, nint> _getStatusString;

    private string? _missing;

    private LibCublas(string file, nint library)
    {
        Name = file;
        _create = (delegate* unmanaged<nint*, int>)Export(library, "cublasCreate_v2");
        _destroy = (delegate* unmanaged<nint, int>)Export(library, "cublasDestroy_v2");
        _getVersion = (delegate* unmanaged<nint, int*, int>)Export(library, "cublasGetVersion_v2");
        _setStream = (delegate* unmanaged<nint, nint, int>)Export(library, "cublasSetStream_v2");
        _setWorkspace = (delegate* unmanaged<nint, ulong, nuint, int>)Export(library, "cublasSetWorkspace_v2");
        _setMathMode = (delegate* unmanaged<nint, int, int>)Export(library, "cublasSetMathMode");
        _gemmEx = (delegate* unmanaged<nint, int, int, int, int, int, void*, ulong, int, int, ulong, int, int, void*, ulong, int, int, int, int, int>)Export(
            library, "cublasGemmEx");
        _getStatusString = (delegate* unmanaged<int, nint>)Export(library, "cublasGetStatusString");
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Those that load on this machine, the newest first; none where the driver is not the machine's.</summary>
    internal static IEnumerable<ICublas> Find(ICudaDriver driver)
    {
        foreach (string file in driver is LibCuda ? NativeLibraries.CublasFiles : [])
        {
            if (NativeLibrary.TryLoad(file, out nint library))
            {
                yield return new LibCublas(file, library);
            }
        }
    }

    /// <inheritdoc/>
    public string Describe(int status) => status == Missing ? $"it has no {_missing}" : Marshal.PtrToStringUTF8(_getStatusString(status)) ?? "unknown status";

    /// <inheritdoc/>
    public int Create(out nint handle)
    {
        handle = 0;
        fixed (nint* to = &handle) return _missing is null ? _create(to) : Missing;
    }

    /// <inheritdoc/>
    public int Destroy(nint handle) => _destroy(handle);

    /// <inheritdoc/>
    public int GetVersion(nint handle, out int version)
    {
        fixed (int* to = &version) return _getVersion(handle, to);
    }

    /// <inheritdoc/>
    public int SetStream(nint handle, nint stream) => _setStream(handle, stream);

    /// <inheritdoc/>
    public int SetWorkspace(nint handle, DevicePointer workspace, long bytes) => _setWorkspace(handle, workspace.Address, (nuint)bytes);

    /// <inheritdoc/>
    public int SetMathMode(nint handle, int mode) => _setMathMode(handle, mode);

    /// <inheritdoc/>
    public int GemmEx(
        nint handle,
        int operationA,
        int operationB,
        int m,
        int n,
        int k,
        float alpha,
        DevicePointer a,
        int typeA,
        int strideA,
        DevicePointer b,
        int typeB,
        int strideB,
        float beta,
        DevicePointer c,
        int typeC,
        int strideC,
        int computeType,
        int algorithm) => _gemmEx(
            handle, operationA, operationB, m, n, k, &alpha, a.Address, typeA, strideA, b.Address, typeB, strideB, &beta, c.Address, typeC, strideC, computeType, algorithm);

    private nint Export(nint library, string call)
    {
        if (!NativeLibrary.TryGetExport(library, call, out nint address))
        {
            _missing ??= call;
        }

        return address;
    }
}
