using System.Runtime.InteropServices;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Device;

/// <summary>A driver object that is freed once, on whatever thread, within its device's context.</summary>
internal abstract class CudaHandle : SafeHandle
{
    private bool _retained;

    private protected CudaHandle(CudaDevice device)
        : base(0, true)
    {
        Device = device;
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>The driver's handle. Throws <see cref="ObjectDisposedException"/> once freed.</summary>
    internal nint Value
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return handle;
        }
    }

    private protected CudaDevice Device { get; }

    private protected ICudaDriver Driver => Device.Driver;

    /// <summary>Takes what the driver has made. A context lives until all that was made in it is freed.</summary>
    private protected void Own(nint made)
    {
        if (this is not CudaContext)
        {
            Device.Context.DangerousAddRef(ref _retained);
        }

        SetHandle(made);
    }

    /// <summary>Frees the object; the device's context is the thread's.</summary>
    private protected abstract CudaResult Free();

    /// <inheritdoc/>
    protected sealed override bool ReleaseHandle()
    {
        try
        {
            Driver.ContextSetCurrent(Device.Context.DangerousGetHandle());
            return Free() == CudaResult.Success;
        }
        finally
        {
            if (_retained)
            {
                Device.Context.DangerousRelease();
            }
        }
    }
}
