using Preble.Kernels.Checking;
using Preble.Kernels.Device;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Serving;

/// <summary>Random weights, for measurements with shapes of models that are not at hand: spread so that outputs have about the size of inputs.</summary>
/// <param name="stream">Copies.</param>
/// <param name="seed">Equal seeds give equal weights.</param>
internal sealed unsafe class RandomWeights(CudaStream stream, ulong seed) : IWeightSource
{
    /// <summary>Numbers that are drawn for a matrix; a larger one repeats them, at no place where a product would notice.</summary>
    private const int DrawnMax = (1 << 22) - 1;

    private readonly Values _values = new(seed);

    /// <inheritdoc/>
    public void CopyMatrix(string name, int rows, int columns, DevicePointer target)
    {
        long count = (long)rows * columns;
        ushort[] drawn = _values.Bf16s(Math.Min(count, DrawnMax), 1.7f / MathF.Sqrt(columns));
        Copy(drawn, target);
        for (long done = drawn.Length; done < count; done *= 2)
        {
            stream.CopyOnDevice(target + (done * sizeof(ushort)), target, Math.Min(done, count - done) * sizeof(ushort));
        }

        // Who reads them does so on another stream.
        stream.Synchronize();
    }

    /// <inheritdoc/>
    public void CopyVector(string name, int length, DevicePointer target)
    {
        bool isBias = name.EndsWith(".bias", StringComparison.Ordinal);
        Copy(isBias ? _values.Singles(length, 0, 0.1f) : _values.Singles(length, 1, 0.2f), target);
    }

    /// <inheritdoc/>
    public void CheckAbsent(string name)
    {
    }

    private void Copy<T>(T[] values, DevicePointer target)
        where T : unmanaged
    {
        fixed (T* first = values)
        {
            stream.CopyToDevice(target, first, (long)values.Length * sizeof(T));
            stream.Synchronize();
        }
    }
}
