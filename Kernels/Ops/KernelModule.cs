using Preble.Kernels.Device;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Ops;

/// <summary>The kernels of one PTX file on one device, and what their launchers share.</summary>
internal sealed class KernelModule : IDisposable
{
    /// <summary>Threads of a warp.</summary>
    internal const int WarpThreads = 32;

    /// <summary>Bytes that one thread moves at a time.</summary>
    internal const int VectorBytes = 16;

    private readonly CudaModule _module;

    /// <param name="device">Where.</param>
    /// <param name="name">Of the PTX file, without its ending.</param>
    internal KernelModule(CudaDevice device, string name)
    {
        Device = device;
        Set = PtxSet.For(name, device.ComputeCapability);
        _module = new CudaModule(device, name, PtxSet.Read(name, Set));
    }

    /// <summary>The device.</summary>
    internal CudaDevice Device { get; }

    /// <summary>The set of PTX that the file is from, see <see cref="PtxSet"/>.</summary>
    internal int Set { get; }

    /// <summary>A kernel that may use so much dynamic shared memory, in bytes. The module is freed if it cannot: nobody holds it yet who would.</summary>
    internal CudaFunction Function(string function, int sharedBytes = 0)
    {
        try
        {
            return Find(function, sharedBytes);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Threads for a row of that many vectors: whole warps, one thread a vector up to the most.</summary>
    internal static int ThreadsFor(int vectors, int threadsMax) => Math.Min(threadsMax, CeilingOf(vectors, WarpThreads) * WarpThreads);

    /// <summary>a / b, rounded up.</summary>
    internal static int CeilingOf(int a, int b) => (a + b - 1) / b;

    /// <summary>Throws <see cref="ArgumentException"/> unless <paramref name="value"/> is positive and a multiple of <paramref name="factor"/>.</summary>
    internal static void CheckMultiple(int value, int factor, string name)
    {
        if (value <= 0 || value % factor != 0)
        {
            throw new ArgumentException($"{name} is {value}; a positive multiple of {factor} is needed.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _module.Dispose();

    private CudaFunction Find(string function, int sharedBytes)
    {
        const int withoutAsking = 48 * 1024;
        CudaFunction found = _module.Function(function);
        if (sharedBytes > withoutAsking)
        {
            if (sharedBytes > Device.SharedBytesPerBlockMax)
            {
                throw new CudaException(
                    "cuFuncSetAttribute", CudaResult.NotSupported,
                    $"{function} needs {sharedBytes} bytes of shared memory; {Device.Name} has {Device.SharedBytesPerBlockMax}.");
            }

            found.AllowSharedBytes(sharedBytes);
        }

        return found;
    }
}
