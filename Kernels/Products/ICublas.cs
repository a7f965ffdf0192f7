using Preble.Kernels.Driver;

namespace Preble.Kernels.Products;

/// <summary>
/// The calls of cuBLAS that are used, as cublas_api.h of versions 12 and 13 declares them: the library on a machine that has it, a stand-in in tests.
/// <para>Contract. No call throws; each says by its cublasStatus_t how it ended, 0 for success. Work is asked for on the handle's stream, in the calling
/// thread's context.</para>
/// </summary>
internal interface ICublas
{
    /// <summary>File of the library, for messages.</summary>
    string Name { get; }

    /// <summary>cublasGetStatusString</summary>
    string Describe(int status);

    /// <summary>cublasCreate</summary>
    int Create(out nint handle);

    /// <summary>cublasDestroy</summary>
    int Destroy(nint handle);

    /// <summary>cublasGetVersion</summary>
    int GetVersion(nint handle, out int version);

    /// <summary>cublasSetStream</summary>
    int SetStream(nint handle, nint stream);

    /// <summary>cublasSetWorkspace</summary>
    int SetWorkspace(nint handle, DevicePointer workspace, long bytes);

    /// <summary>cublasSetMathMode</summary>
    int SetMathMode(nint handle, int mode);

    /// <summary>cublasGemmEx</summary>
    int GemmEx(
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
        int algorithm);
}
