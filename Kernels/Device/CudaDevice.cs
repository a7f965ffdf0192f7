using Preble.Kernels.Driver;
using Preble.Kernels.Products;

namespace Preble.Kernels.Device;

/// <summary>
/// A device and its primary context. Disposed, the context is freed as soon as everything that was made in it is. A thread that uses what belongs to
/// the device calls <see cref="MakeCurrent"/> first.
/// </summary>
public sealed class CudaDevice : IDisposable
{
    /// <summary>Opens a device and makes its context the calling thread's.</summary>
    /// <param name="driver">The driver, initialised.</param>
    /// <param name="index">Number of the device, from 0.</param>
    /// <exception cref="CudaException">There is no such device, or it cannot be used.</exception>
    public CudaDevice(ICudaDriver driver, int index)
    {
        Driver = driver;
        Index = index;
        CublasLibraries = () => LibCublas.Find(driver);
        driver.DeviceName(out string name, index).Check(driver, "cuDeviceGetName", $"device {index}");
        Name = name;
        ComputeCapability = (10 * Attribute(DeviceAttribute.ComputeCapabilityMajor)) + Attribute(DeviceAttribute.ComputeCapabilityMinor);
        Multiprocessors = Attribute(DeviceAttribute.MultiprocessorCount);
        L2Bytes = Attribute(DeviceAttribute.L2CacheBytes);
        SharedBytesPerBlockMax = Attribute(DeviceAttribute.SharedMemoryBytesPerBlockOptIn);
        Context = new CudaContext(this);
        try
        {
            MakeCurrent();
        }
        catch
        {
            Context.Dispose();
            throw;
        }
    }

    /// <summary>Number of the device.</summary>
    public int Index { get; }

    /// <summary>Name of the card.</summary>
    public string Name { get; }

    /// <summary>10 * major + minor, for instance 90.</summary>
    public int ComputeCapability { get; }

    /// <summary>Number of multiprocessors.</summary>
    public int Multiprocessors { get; }

    /// <summary>Size of the L2 cache, in bytes.</summary>
    public int L2Bytes { get; }

    /// <summary>Shared memory that a block may ask for, in bytes.</summary>
    public int SharedBytesPerBlockMax { get; }

    /// <summary>The driver.</summary>
    public ICudaDriver Driver { get; }

    internal CudaContext Context { get; }

    /// <summary>Each cuBLAS that is there, be it of use on this device or not; the preferred first.</summary>
    internal Func<IEnumerable<ICublas>> CublasLibraries { get; init; }

    /// <summary>Free and all memory of the device, in bytes.</summary>
    public (long Free, long Total) Memory
    {
        get
        {
            Driver.MemoryInfo(out nuint free, out nuint total).Check(Driver, "cuMemGetInfo");
            return ((long)free, (long)total);
        }
    }

    /// <summary>Makes the device's context the calling thread's.</summary>
    public void MakeCurrent() => Driver.ContextSetCurrent(Context.Value).Check(Driver, "cuCtxSetCurrent");

    /// <summary>Waits for all that runs on the device.</summary>
    public void Synchronize() => Driver.ContextSynchronize().Check(Driver, "cuCtxSynchronize");

    /// <inheritdoc/>
    public void Dispose() => Context.Dispose();

    private int Attribute(DeviceAttribute attribute)
    {
        Driver.DeviceAttribute(out int value, attribute, Index).Check(Driver, "cuDeviceGetAttribute", $"{attribute} of device {Index}");
        return value;
    }
}
