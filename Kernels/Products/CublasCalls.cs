using System.Runtime.InteropServices;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Products;

/// <summary>The calls of cuBLAS that are used, as cublas_api.h of versions 12 and 13 declares them.</summary>
internal static unsafe partial class CublasCalls
{
    [LibraryImport(NativeLibraries.Cublas, EntryPoint = "cublasCreate_v2")]
    internal static partial int Create(nint* handle);

    [LibraryImport(NativeLibraries.Cublas, EntryPoint = "cublasDestroy_v2")]
    internal static partial int Destroy(nint handle);

    [LibraryImport(NativeLibraries.Cublas, EntryPoint = "cublasGetVersion_v2")]
    internal static partial int GetVersion(nint handle, int* version);

    [LibraryImport(NativeLibraries.Cublas, EntryPoint = "cublasSetStream_v2")]
    internal static partial int SetStream(nint handle, nint stream);

    [LibraryImport(NativeLibraries.Cublas, EntryPoint = "cublasSetWorkspace_v2")]
    internal static partial int SetWorkspace(nint handle, ulong workspace, nuint bytes);

    [LibraryImport(NativeLibraries.Cublas, EntryPoint = "cublasGemmEx")]
    internal static partial int GemmEx(
        nint handle,
        int operationA,
        int operationB,
        int m,
        int n,
        int k,
        void* alpha,
        ulong a,
        int typeA,
        int strideA,
        ulong b,
        int typeB,
        int strideB,
        void* beta,
        ulong c,
        int typeC,
        int strideC,
        int computeType,
        int algorithm);

    [LibraryImport(NativeLibraries.Cublas, EntryPoint = "cublasGetStatusString")]
    internal static partial nint GetStatusString(int status);
}
