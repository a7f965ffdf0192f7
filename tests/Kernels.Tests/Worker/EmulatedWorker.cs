using Preble.Emulator;
using Preble.Engine.Tests.Support;
using Preble.Kernels.Device;
using Preble.Kernels.Serving;

namespace Preble.Kernels.Tests.Worker;

/// <summary>The bundled model on an emulated GPU.</summary>
internal sealed class EmulatedWorker : IDisposable
{
    private readonly CudaDevice _device;

    internal EmulatedWorker(CudaOptions? options = null, EmulatorOptions? machine = null)
    {
        Driver = new PtxEmulator(machine);
        Driver.Init();
        _device = new CudaDevice(Driver, 0);
        try
        {
            Model = CudaModel.Load(Demo.Folder, _device, options ?? new CudaOptions { StepTokensMax = 512, SequencesMax = 64 });
        }
        catch
        {
            _device.Dispose();
            Driver.Dispose();
            throw;
        }
    }

    internal PtxEmulator Driver { get; }

    internal CudaModel Model { get; }

    /// <summary>A pass whose pages hold numbers that are none, so that what reads what was not written is found out.</summary>
    internal CudaForwardPass Pass(int pages)
    {
        var pass = new CudaForwardPass(Model, pages);
        pass.Poison(0xFFFF_FFFF);
        return pass;
    }

    /// <summary>Throws if a kernel did wrong.</summary>
    internal void ShouldBeWithoutFaults() => Driver.Faults.Should().BeEmpty();

    public void Dispose()
    {
        Model.Dispose();
        _device.Dispose();
        Driver.Dispose();
    }
}
