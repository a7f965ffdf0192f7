using System.CommandLine;
using Preble.Cli.CommandLine;
using Preble.Kernels.Device;
using Preble.Kernels.Driver;
using Preble.Kernels.Timing;

namespace Preble.Cli.Gpu;

/// <summary>The GPU that a command runs on.</summary>
/// <param name="TestDriver">Used instead of the machine's driver; null for that.</param>
internal sealed record DeviceChoice(ICudaDriver? TestDriver)
{
    private const int DevicesMax = 64;

    /// <summary>What a device reaches, in tests that have none whose speed means anything; null where it is measured.</summary>
    public DevicePeaks? Peaks => TestDriver is null ? null : new DevicePeaks(1, 1, 1, "none");

    /// <summary>The option for the device's number.</summary>
    public static Option<int?> Number() => ValueOptions.Whole("--device", "Number of the GPU, as the driver counts them. Default: 0.", 0, DevicesMax - 1);

    /// <summary>Opens it.</summary>
    /// <exception cref="RunFailedException">There is no driver, no such GPU, or it cannot be used: which of these, in one line.</exception>
    public CudaDevice Open(int number)
    {
        ICudaDriver driver = TestDriver ?? Load();
        CudaResult counted = driver.DeviceCount(out int count);
        if (counted != CudaResult.Success || count == 0)
        {
            throw new RunFailedException("the NVIDIA driver finds no GPU.");
        }

        if (number >= count)
        {
            throw new UsageException($"--device {number}: there is no such GPU; allowed: 0 to {count - 1}.");
        }

        return new CudaDevice(driver, number);
    }

    private static ICudaDriver Load() =>
        LibCuda.TryLoad(out ICudaDriver? driver, out string reason) ? driver! : throw new RunFailedException($"no GPU can be used: {reason}.");
}
