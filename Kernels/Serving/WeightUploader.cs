using Preble.Engine.Weights;
using Preble.Kernels.Device;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Serving;

/// <summary>
/// Copies numbers to the device through two pinned chunks: while one is copied, the next is converted. The stream must be done before what was read
/// is freed, which <see cref="Dispose"/> waits for.
/// </summary>
internal sealed unsafe class WeightUploader : IDisposable
{
    /// <summary>Size of a chunk, in bytes.</summary>
    private const int ChunkBytes = 8 << 20;

    private readonly Owned _owned = new();
    private readonly CudaStream _stream;
    private readonly PinnedMemory[] _chunks = new PinnedMemory[2];
    private readonly CudaEvent[] _copied = new CudaEvent[2];
    private int _next;

    internal WeightUploader(CudaDevice device)
    {
        try
        {
            _stream = _owned.Add(new CudaStream(device));
            for (int i = 0; i < 2; i++)
            {
                _chunks[i] = _owned.Add(new PinnedMemory(device, ChunkBytes));
                _copied[i] = _owned.Add(new CudaEvent(device, timed: false));
                _copied[i].Record(_stream);
            }
        }
        catch
        {
            _owned.Dispose();
            throw;
        }
    }

    /// <summary>Copies a tensor, rounded to bf16, ties to even.</summary>
    /// <exception cref="ModelFormatException">A weight is not finite, or becomes infinite in bf16.</exception>
    internal void Upload(TensorData tensor, long count, DevicePointer target) =>
        Copy(count, sizeof(ushort), target, (first, length, chunk) => Convert(tensor, first, length, (ushort*)chunk));

    /// <summary>Copies f32 numbers.</summary>
    /// <param name="count">How many.</param>
    /// <param name="target">Where to.</param>
    /// <param name="value">The number at an index.</param>
    internal void Upload(long count, DevicePointer target, Func<long, float> value) => Copy(count, sizeof(float), target, (first, length, chunk) =>
    {
        for (int i = 0; i < length; i++)
        {
            ((float*)chunk)[i] = value(first + i);
        }
    });

    /// <summary>Waits until everything is copied.</summary>
    internal void Finish() => _stream.Synchronize();

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _stream.Synchronize();
        }
        catch (CudaException)
        {
            // Whoever uploads has heard of it, or will by the next call: what counts here is that nothing is copied any more.
        }

        _owned.Dispose();
    }

    private void Copy(long count, int bytes, DevicePointer target, Fill fill)
    {
        int most = ChunkBytes / bytes;
        for (long first = 0; first < count; first += most)
        {
            int length = (int)Math.Min(most, count - first);
            _copied[_next].Synchronize();
            fill(first, length, _chunks[_next].Pointer);
            _stream.CopyToDevice(target + (first * bytes), _chunks[_next].Pointer, (long)length * bytes);
            _copied[_next].Record(_stream);
            _next ^= 1;
        }
    }

    private static void Convert(TensorData tensor, long first, int length, ushort* target)
    {
        if (tensor.Info.Type == TensorType.BF16)
        {
            Buffer.MemoryCopy(tensor.Row(first, 1), target, (long)length * sizeof(ushort), (long)length * sizeof(ushort));
        }
        else
        {
            for (int i = 0; i < length; i++)
            {
                target[i] = Round(tensor[first + i]);
            }
        }

        int wrong = IndexOfNotFinite(new ReadOnlySpan<ushort>(target, length));
        if (wrong >= 0)
        {
            throw new ModelFormatException(tensor.File, tensor.Info.Name, $"the weight at [{first + wrong}] is not a finite number in bf16");
        }
    }

    private static ushort Round(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)0x7FC0 : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    private static int IndexOfNotFinite(ReadOnlySpan<ushort> numbers)
    {
        // All ones in the exponent: infinite or not a number. Without branches, so that it is vectorised for the common case of none.
        uint worst = 0;
        foreach (ushort number in numbers)
        {
            worst = Math.Max(worst, number & 0x7F80u);
        }

        if (worst != 0x7F80)
        {
            return -1;
        }

        int index = 0;
        while ((numbers[index] & 0x7F80) != 0x7F80)
        {
            index++;
        }

        return index;
    }

    private delegate void Fill(long first, int length, byte* chunk);
}
