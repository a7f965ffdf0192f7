using Preble.Kernels.Driver;

namespace Preble.Emulator.Machine;

/// <summary>What an emulated device says of itself.</summary>
internal static class DeviceAttributes
{
    internal const int SharedBytesPerBlockMax = 163 * 1024;
    internal const int SharedBytesPerMultiprocessor = 164 * 1024;
    internal const int ThreadsPerMultiprocessor = 2048;
    internal const int RegistersPerMultiprocessor = 65_536;
    internal const int BlocksPerMultiprocessor = 32;

    internal static int Value(DeviceAttribute attribute, EmulatorOptions options) => attribute switch
    {
        DeviceAttribute.WarpSize => 32,
        DeviceAttribute.ClockRateKhz => 1_000_000,
        DeviceAttribute.MultiprocessorCount => 4,
        DeviceAttribute.MemoryClockRateKhz => 1_000_000,
        DeviceAttribute.MemoryBusWidthBits => 256,
        DeviceAttribute.L2CacheBytes => 1 << 20,
        DeviceAttribute.ComputeCapabilityMajor => options.ComputeCapability / 10,
        DeviceAttribute.ComputeCapabilityMinor => options.ComputeCapability % 10,
        DeviceAttribute.SharedMemoryBytesPerBlockOptIn => SharedBytesPerBlockMax,
        _ => 0,
    };
}
