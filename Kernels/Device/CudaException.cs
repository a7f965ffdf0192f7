using Preble.Kernels.Driver;

namespace Preble.Kernels.Device;

/// <summary>A call of the CUDA driver, or of a library over it, failed: which, with its code, name and text.</summary>
public sealed class CudaException(string call, CudaResult result, string message) : Exception(message)
{
    /// <summary>The call, by the driver's name for it, for instance <c>cuMemAlloc</c>.</summary>
    public string Call => call;

    /// <summary>How it ended.</summary>
    public CudaResult Result => result;

    /// <summary>Whether the device is of no more use to this process: its context holds the error until the process ends.</summary>
    public bool IsDeviceLost => result is not (CudaResult.OutOfMemory or CudaResult.InvalidValue or CudaResult.NotFound or CudaResult.InvalidPtx
        or CudaResult.UnsupportedPtxVersion or CudaResult.NoBinaryForGpu or CudaResult.NotSupported or CudaResult.NotPermitted
        or CudaResult.NotReady or CudaResult.InvalidHandle or CudaResult.InvalidImage or CudaResult.InvalidDevice or CudaResult.LaunchOutOfResources
        or (>= CudaResult.StreamCaptureUnsupported and <= CudaResult.GraphUpdateFailed));
}
