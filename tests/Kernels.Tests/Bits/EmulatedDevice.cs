using Preble.Emulator;
using Preble.Kernels.Checking;
using Preble.Kernels.Device;

namespace Preble.Kernels.Tests.Bits;

/// <summary>An emulated device with all checks on, and what runs ops on it; throws at the end if a kernel did what it must not.</summary>
internal sealed class EmulatedDevice : IDisposable
{
    private readonly PtxEmulator _emulator = new(new EmulatorOptions());
    private readonly OpCache _ops;
    private readonly CudaStream _stream;

    public EmulatedDevice()
    {
        _emulator.Init();
        Device = new CudaDevice(_emulator, 0);
        _ops = new OpCache(Device);
        _stream = new CudaStream(Device);
        Run = new CheckRun(_ops, Device, _stream, seed: 1, KernelChecker.GuardBytes);
    }

    public CudaDevice Device { get; }

    /// <summary>Makes inputs, ops and outputs.</summary>
    public CheckRun Run { get; }

    public void Dispose()
    {
        _stream.Synchronize();
        _emulator.Faults.Should().BeEmpty();
        Run.Dispose();
        _stream.Dispose();
        _ops.Dispose();
        Device.Dispose();
    }
}
