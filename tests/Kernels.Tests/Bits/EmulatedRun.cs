using Preble.Kernels.Checking;
using Preble.Kernels.Device;
using Preble.Kernels.Tests.Ops;

namespace Preble.Kernels.Tests.Bits;

/// <summary>Inputs, ops and outputs on an emulated device with all its checks; at the end no kernel may have done what it must not.</summary>
internal sealed class EmulatedRun : IDisposable
{
    private readonly EmulatedGpu _gpu = new();
    private readonly OpCache _ops;
    private readonly CudaStream _stream;

    public EmulatedRun()
    {
        _ops = new OpCache(_gpu.Device);
        _stream = new CudaStream(_gpu.Device);
        Run = new CheckRun(_ops, _gpu.Device, _stream, seed: 1, KernelChecker.GuardBytes);
    }

    public CheckRun Run { get; }

    public void Dispose()
    {
        Run.Dispose();
        _stream.Dispose();
        _ops.Dispose();
        _gpu.Faults.Should().BeEmpty();
        _gpu.Dispose();
    }
}
