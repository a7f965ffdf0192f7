using Preble.Kernels.Device;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Checking;

/// <summary>
/// Device memory of a check: what an op reads or writes, between guards that it must not touch. The guards and what an op has to write begin as
/// values that are no numbers, so that reading the one or leaving out the other shows.
/// </summary>
internal abstract unsafe class CheckedBuffer : IDisposable
{
    /// <summary>Before and behind the data. No number as float, as bfloat16 in either half; no index.</summary>
    internal const uint GuardWord = 0xFFA5FFA5;

    /// <summary>What outputs hold before. As <see cref="GuardWord"/>, but not equal to it.</summary>
    internal const uint PoisonWord = 0xFFEDFFED;

    private readonly DeviceMemory _memory;
    private readonly int _guardBytes;

    private protected CheckedBuffer(CudaDevice device, CudaStream stream, string name, long bytes, int guardBytes)
    {
        Name = name;
        Stream = stream;
        Bytes = bytes;
        _guardBytes = guardBytes;
        _memory = new DeviceMemory(device, PaddedBytes + (2 * guardBytes));
        stream.Fill(_memory.Pointer, GuardWord, _guardBytes / sizeof(uint));
        stream.Fill(Pointer + PaddedBytes, GuardWord, _guardBytes / sizeof(uint));
    }

    /// <summary>For messages.</summary>
    internal string Name { get; }

    /// <summary>Where the data begins; 256-byte aligned.</summary>
    internal DevicePointer Pointer => _memory.Pointer + _guardBytes;

    private protected long Bytes { get; }

    private protected CudaStream Stream { get; }

    // Data is filled in words.
    private protected long PaddedBytes => (Bytes + 3) & ~3L;

    /// <summary>What is wrong with guards or unchanged data; null if nothing.</summary>
    internal virtual string? Problem()
    {
        var words = new uint[_guardBytes / sizeof(uint)];
        foreach ((DevicePointer place, string side) in new[] { (_memory.Pointer, "before"), (Pointer + PaddedBytes, "behind") })
        {
            Read<uint>(place, words);
            int changed = Array.FindIndex(words, word => word != GuardWord);
            if (changed >= 0)
            {
                long distance = side == "before" ? _guardBytes - (changed * sizeof(uint)) : changed * sizeof(uint);
                return $"{Name} was overrun: {distance} bytes {side} it stands {words[changed]:X8}";
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();

    private protected void Poison() => Stream.Fill(Pointer, PoisonWord, PaddedBytes / sizeof(uint));

    private protected void Read<T>(DevicePointer source, Span<T> target)
        where T : unmanaged
    {
        fixed (T* first = target)
        {
            if (target.Length > 0)
            {
                Stream.CopyToHost(first, source, (long)target.Length * sizeof(T));
            }

            Stream.Synchronize();
        }
    }
}
