using Preble.Emulator;
using Preble.Kernels.Checking;
using Preble.Kernels.Device;

namespace Preble.Kernels.Tests.Ops;

/// <summary>A device of the emulator with all its checks, and the project's checks on it.</summary>
internal sealed class EmulatedGpu : IDisposable
{
    private readonly PtxEmulator _emulator;

    public EmulatedGpu(EmulatorOptions? options = null)
    {
        _emulator = new PtxEmulator(options ?? new EmulatorOptions());
        _emulator.Init();
        Device = new CudaDevice(_emulator, 0);
    }

    public CudaDevice Device { get; }

    /// <summary>What the emulator saw.</summary>
    public string Faults => string.Join("\n", _emulator.Faults);

    /// <summary>Runs cases; with no guards the emulator sees each byte beyond a buffer.</summary>
    public IReadOnlyList<CheckResult> Run(IEnumerable<CheckCase> cases, ulong seed = 1, int guardBytes = 0) => [.. KernelChecker.Run(Device, cases, seed, guardBytes)];

    public void Dispose()
    {
        Device.Dispose();
        _emulator.Dispose();
    }
}
