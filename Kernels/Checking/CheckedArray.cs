using System.Runtime.InteropServices;
using Preble.Kernels.Device;

namespace Preble.Kernels.Checking;

/// <summary>A <see cref="CheckedBuffer"/> of equal elements.</summary>
internal sealed unsafe class CheckedArray<T> : CheckedBuffer
    where T : unmanaged
{
    private readonly long _count;
    private T[]? _unchanged;

    private CheckedArray(CudaDevice device, CudaStream stream, string name, long count, int guardBytes)
        : base(device, stream, name, Math.Max(1, count * sizeof(T)), guardBytes) => _count = count;

    /// <summary>Data that an op reads; that it has not changed is checked if <paramref name="isConstant"/>.</summary>
    internal static CheckedArray<T> With(CudaDevice device, CudaStream stream, string name, T[] values, int guardBytes, bool isConstant)
    {
        var array = new CheckedArray<T>(device, stream, name, values.Length, guardBytes) { _unchanged = isConstant ? values : null };
        fixed (T* first = values)
        {
            if (values.Length > 0)
            {
                stream.CopyToDevice(array.Pointer, first, (long)values.Length * sizeof(T));
            }

            stream.Synchronize();
        }

        return array;
    }

    /// <summary>Memory that an op writes.</summary>
    internal static CheckedArray<T> Poisoned(CudaDevice device, CudaStream stream, string name, long count, int guardBytes)
    {
        var array = new CheckedArray<T>(device, stream, name, count, guardBytes);
        array.Poison();
        return array;
    }

    /// <summary>What it holds now.</summary>
    internal T[] Read()
    {
        var values = new T[_count];
        Read<T>(Pointer, values);
        return values;
    }

    internal override string? Problem()
    {
        if (base.Problem() is { } overrun)
        {
            return overrun;
        }

        if (_unchanged is null)
        {
            return null;
        }

        ReadOnlySpan<byte> was = MemoryMarshal.AsBytes<T>(_unchanged);
        int same = was.CommonPrefixLength(MemoryMarshal.AsBytes<T>(Read()));
        return same < was.Length ? $"{Name}, which is only read, was changed at element {same / sizeof(T)}" : null;
    }
}
