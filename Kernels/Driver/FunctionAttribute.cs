namespace Preble.Kernels.Driver;

/// <summary>What a kernel is like or may use (<c>CUfunction_attribute</c> of cuda.h).</summary>
public enum FunctionAttribute
{
    ThreadsPerBlockMax = 0,
    StaticSharedBytes = 1,
    LocalBytes = 3,
    Registers = 4,

    /// <summary>The only one that is set: beyond 48 KiB a kernel must ask.</summary>
    DynamicSharedBytesMax = 8,
}
