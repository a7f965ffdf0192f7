using Preble.Kernels.Device;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Ops;

/// <summary>
/// Attention of one new token of each sequence over its pages, in parts of the context that are merged as the last of them ends. A row's bits depend on its
/// own sequence alone. What is launched is always the same.
/// </summary>
internal sealed class AttentionDecodeOp : IDisposable
{
    /// <summary>Tokens of the context that one part has.</summary>
    internal const int PartTokens = 256;

    /// <summary>Query heads of one key-value head that a block has.</summary>
    private const int GroupMax = 16;
    private readonly KernelModule _module;
    private readonly CudaFunction _attend;
    private readonly AttentionShape _shape;
    private readonly int _headGroups;
    private readonly int _threads;
    private readonly int _sharedBytes;
    private readonly Dim3 _blocks;

    internal AttentionDecodeOp(CudaDevice device, AttentionShape shape)
    {
        shape.Check();
        _shape = shape;
        int head = shape.CompiledHeadDim;
        int warps = head > 128 ? 2 : 4;
        const int stages = 2, tileTokens = 16;
        _threads = warps * KernelModule.WarpThreads;
        _sharedBytes = warps * stages * 2 * tileTokens * ((head * sizeof(ushort)) + KernelModule.VectorBytes);
        _module = new KernelModule(device, $"attention_decode_{head}");
        _attend = _module.Function($"attention_decode_{head}", _sharedBytes);
        _headGroups = shape.KvHeads * KernelModule.CeilingOf(shape.Heads / shape.KvHeads, GroupMax);
        _blocks = new Dim3(_headGroups, Math.Max(1, device.Multiprocessors * Resident() / _headGroups));
    }

    /// <summary>Parts of a context of so many tokens, the new one included.</summary>
    internal static int Parts(int contextTokens) => KernelModule.CeilingOf(contextTokens, PartTokens);

    /// <summary>Bytes that <see cref="Run"/> needs beside its output.</summary>
    internal long WorkspaceBytes(int partsMax) => Arrivals(partsMax) + ((long)partsMax * _headGroups * sizeof(uint));

    /// <summary>Writes what must stand in a workspace before its first use; each <see cref="Run"/> leaves it as it finds it.</summary>
    internal void Prepare(CudaStream stream, DevicePointer workspace, int partsMax) =>
        stream.Fill(workspace + Arrivals(partsMax), 0, (long)partsMax * _headGroups);

    /// <summary>Writes the means of the values that each token sees.</summary>
    /// <param name="stream">Where.</param>
    /// <param name="qkv">bf16 [tokens, row] with rotated queries; see <see cref="AttentionShape"/>.</param>
    /// <param name="output">bf16 [tokens, heads * headDim]; rows of no entry, or of one without parts, are left alone.</param>
    /// <param name="pages">The layer's pages, which hold the new tokens, too.</param>
    /// <param name="entries">
    /// int32 [entryCount, 4]: row, number of its first part, tokens of the context before it, where its pages begin in <paramref name="pageList"/>; 16-byte
    /// aligned. With a context of -1 there are no parts.
    /// </param>
    /// <param name="entryCount">None launches nothing.</param>
    /// <param name="parts">int32 [1 + parts]: how many there are, and the entry of each; an entry's parts lie behind one another, see <see cref="Parts"/>.</param>
    /// <param name="pageList">int32: pages of the sequences, each sequence's behind one another in order.</param>
    /// <param name="workspace">As many bytes as <see cref="WorkspaceBytes"/>, prepared by <see cref="Prepare"/>.</param>
    /// <param name="partsMax">What the workspace is made and prepared for: at least as many parts as there are.</param>
    internal void Run(
        CudaStream stream, DevicePointer qkv, DevicePointer output, DevicePointer pages, DevicePointer entries, int entryCount, DevicePointer parts,
        DevicePointer pageList, DevicePointer workspace, int partsMax)
    {
        if (entryCount == 0)
        {
            return;
        }

        _attend.Launch(
            stream, _blocks, new Dim3(_threads), _sharedBytes, qkv, pages, entries, parts, pageList, _shape.Heads, _shape.KvHeads, _shape.HeadDim,
            _shape.PageTokens, _shape.Scale, workspace, workspace + Weights(partsMax), workspace + Arrivals(partsMax), output);
    }

    /// <inheritdoc/>
    public void Dispose() => _module.Dispose();

    // The workspace: sums of values, f32 [parts, heads, headDim]; their weights, f32 pairs [parts, heads]; who has come, int32 [parts, groups of heads].
    private long Weights(int partsMax) => (long)partsMax * _shape.Heads * _shape.HeadDim * sizeof(float);

    private long Arrivals(int partsMax) => Weights(partsMax) + ((long)partsMax * _shape.Heads * 2 * sizeof(float));

    private int Resident()
    {
        try
        {
            return _attend.BlocksPerMultiprocessor(_threads, _sharedBytes);
        }
        catch
        {
            // Nobody holds the module yet who would free it.
            Dispose();
            throw;
        }
    }
}
