namespace Preble.Kernels.Driver;

/// <summary>What can be asked of a device (<c>CUdevice_attribute</c> of cuda.h).</summary>
public enum DeviceAttribute
{
    WarpSize = 10,
    ClockRateKhz = 13,
    MultiprocessorCount = 16,
    MemoryClockRateKhz = 36,
    MemoryBusWidthBits = 37,
    L2CacheBytes = 38,
    ComputeCapabilityMajor = 75,
    ComputeCapabilityMinor = 76,
    SharedMemoryBytesPerBlockOptIn = 97,
    MemoryPoolsSupported = 115,
}
