using Preble.Kernels.Device;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Ops;

/// <summary>
/// Causal attention of several new tokens of each sequence over its pages. A row's bits depend neither on the batch nor on how a prompt was cut into chunks.
/// </summary>
internal sealed class AttentionPrefillOp : IDisposable
{
    private const int Threads = 128;
    private readonly KernelModule _module;
    private readonly CudaFunction _function;
    private readonly AttentionShape _shape;
    private readonly int _tileRows;
    private readonly int _sharedBytes;

    internal AttentionPrefillOp(CudaDevice device, AttentionShape shape)
    {
        shape.Check();
        _shape = shape;
        int head = shape.CompiledHeadDim;
        int rowBytes = (head * sizeof(ushort)) + KernelModule.VectorBytes;
        _module = new KernelModule(device, $"attention_prefill_{head}");
        int keys = head > (_module.Set >= 90 ? 128 : 96) ? 32 : 64;
        _tileRows = head > 128 ? 64 : 128;
        _sharedBytes = (_tileRows + (4 * keys)) * rowBytes;
        _function = _module.Function($"attention_prefill_{head}", _sharedBytes);
    }

    /// <summary>Writes the means of the values that each row sees.</summary>
    /// <param name="stream">Where.</param>
    /// <param name="qkv">bf16 [tokens, row] with rotated queries; see <see cref="AttentionShape"/>.</param>
    /// <param name="output">bf16 [tokens, heads * headDim]; rows of no entry are left alone.</param>
    /// <param name="pages">The layer's pages, which hold the new tokens, too.</param>
    /// <param name="entries">
    /// int32 [entryCount, 4]: first row, tokens, tokens of the context before them, where its pages begin in <paramref name="pageList"/>; 16-byte aligned.
    /// </param>
    /// <param name="entryCount">None launches nothing.</param>
    /// <param name="queryTokensMax">The most tokens of an entry.</param>
    /// <param name="pageList">int32: pages of the sequences, each sequence's behind one another in order.</param>
    internal void Run(
        CudaStream stream, DevicePointer qkv, DevicePointer output, DevicePointer pages, DevicePointer entries, int entryCount, int queryTokensMax,
        DevicePointer pageList)
    {
        if (entryCount > 0)
        {
            _function.Launch(
                stream, new Dim3(_shape.Heads, KernelModule.CeilingOf(queryTokensMax, _tileRows), entryCount), new Dim3(Threads), _sharedBytes, qkv, output,
                pages, entries, pageList, _shape.Heads, _shape.KvHeads, _shape.HeadDim, _shape.PageTokens, _shape.Scale);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _module.Dispose();
}
