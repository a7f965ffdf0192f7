using Preble.Kernels.Device;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Ops;

/// <summary>Rotary positions of queries and keys, and the write of keys and values into their pages.</summary>
internal sealed class RopeStoreOp : SingleKernelOp
{
    private const int Threads = 256;
    private readonly AttentionShape _shape;

    internal RopeStoreOp(CudaDevice device, AttentionShape shape)
        : base(Checked(device, shape), "rope_store") => _shape = shape;

    /// <summary>Rotates the queries in place, and writes rotated keys and values to the tokens' slots; keys and values in qkv stay as they are.</summary>
    /// <param name="stream">Where.</param>
    /// <param name="qkv">bf16 [tokenCount, row]; see <see cref="AttentionShape"/>.</param>
    /// <param name="positions">int32 [tokenCount], each a row of the tables.</param>
    /// <param name="slots">int32 [tokenCount]: page * pageTokens + offset; negative ones write nothing. No slot is there twice.</param>
    /// <param name="cosines">f32 [positions, headDim / 2]</param>
    /// <param name="sines">f32 [positions, headDim / 2]</param>
    /// <param name="pages">The layer's pages.</param>
    /// <param name="tokenCount">Rows; none launches nothing.</param>
    internal void Run(
        CudaStream stream, DevicePointer qkv, DevicePointer positions, DevicePointer slots, DevicePointer cosines, DevicePointer sines, DevicePointer pages, int tokenCount)
    {
        if (tokenCount > 0)
        {
            int units = _shape.RowWidth / 16;
            int threads = KernelModule.ThreadsFor(units, Threads);
            Function.Launch(
                stream, new Dim3(tokenCount, KernelModule.CeilingOf(units, threads)), new Dim3(threads), 0, qkv, positions, slots, cosines, sines, pages,
                _shape.Heads, _shape.KvHeads, _shape.HeadDim, _shape.PageTokens);
        }
    }

    // Before anything is made that would have to be freed.
    private static CudaDevice Checked(CudaDevice device, AttentionShape shape)
    {
        shape.Check();
        return device;
    }
}
