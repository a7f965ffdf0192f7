using Preble.Kernels.Driver;

namespace Preble.Kernels.Device;

/// <summary>The primary context of a device, retained.</summary>
internal sealed class CudaContext : CudaHandle
{
    internal CudaContext(CudaDevice device)
        : base(device)
    {
        Driver.PrimaryContextRetain(out nint context, device.Index).Check(Driver, "cuDevicePrimaryCtxRetain", $"device {device.Index}");
        Own(context);
    }

    private protected override CudaResult Free() => Driver.PrimaryContextRelease(Device.Index);
}
