using Preble.Kernels.Checking;
using Preble.Kernels.Device;
using Preble.Kernels.Driver;
using Preble.Kernels.Products;

namespace Preble.Kernels.Timing;

/// <summary>Device memory of one case that is timed, with data as it is in use; freed together.</summary>
/// <param name="ops">Ops that were made already.</param>
/// <param name="device">Where.</param>
/// <param name="stream">In which order.</param>
/// <param name="cublas">cuBLAS on the stream; null where it is not.</param>
internal sealed unsafe class BenchRun(OpCache ops, CudaDevice device, CudaStream stream, IMatrixProduct? cublas) : IDisposable
{
    private const int RandomElements = 1 << 22;
    private readonly List<DeviceMemory> _memory = [];

    internal CudaStream Stream => stream;

    internal IMatrixProduct? Cublas => cublas;

    /// <summary>Memory taken so far.</summary>
    internal long Bytes { get; private set; }

    internal Values Values { get; } = new(1);

    /// <inheritdoc cref="CheckRun.Op"/>
    internal T Op<T>(Func<CudaDevice, T> make, object? shape = null)
        where T : class, IDisposable => ops.Get(make, shape);

    /// <summary>Memory that is written before it is read.</summary>
    internal DevicePointer Empty(long bytes)
    {
        var memory = new DeviceMemory(device, bytes);
        _memory.Add(memory);
        Bytes += bytes;
        return memory.Pointer;
    }

    /// <summary>Random bfloat16 from -1 to 1; how much power, and with it time, a card takes depends on them. Read as floats they are numbers of that
    /// size, too.</summary>
    internal DevicePointer Random(long bytes)
    {
        DevicePointer target = Empty(bytes);
        ushort[] values = Values.Bf16s(Math.Min(RandomElements, (bytes + 1) / 2));
        long done = Math.Min(bytes, values.Length * (long)sizeof(ushort));
        fixed (ushort* first = values)
        {
            stream.CopyToDevice(target, first, done);
            stream.Synchronize();
        }

        for (; done < bytes; done *= 2)
        {
            stream.CopyOnDevice(target + done, target, Math.Min(done, bytes - done));
        }

        return target;
    }

    /// <summary>Given values.</summary>
    internal DevicePointer With<T>(T[] values)
        where T : unmanaged
    {
        DevicePointer target = Empty((long)values.Length * sizeof(T));
        fixed (T* first = values)
        {
            stream.CopyToDevice(target, first, (long)values.Length * sizeof(T));
            stream.Synchronize();
        }

        return target;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stream.Synchronize();
        _memory.ForEach(memory => memory.Dispose());
    }
}
