using Preble.Kernels.Device;
using Preble.Kernels.Driver;
using Preble.Kernels.Ops;

namespace Preble.Kernels.Serving;

/// <summary>What a step computes on its way through the layers.</summary>
internal sealed class Activations : IDisposable
{
    private readonly Owned _owned = new();

    internal Activations(CudaModel model, CudaStream stream, StepLimits limits)
    {
        (long tokens, long rows) = (limits.Tokens, limits.Rows);
        (long hidden, long intermediate) = (model.Config.HiddenSize, model.Config.IntermediateSize);
        AttentionShape shape = model.Shape;
        DevicePointer Allocate(long numbers, int bytes) => _owned.Add(new DeviceMemory(model.Device, numbers * bytes)).Pointer;
        try
        {
            Residual = Allocate(tokens * hidden, sizeof(float));
            Normalised = Allocate(tokens * hidden, sizeof(ushort));
            Projected = Allocate(tokens * shape.RowWidth, sizeof(ushort));
            Attention = Allocate(tokens * shape.OutputWidth, sizeof(ushort));
            Delta = Allocate(tokens * hidden, sizeof(ushort));
            GateUp = Allocate(tokens * 2 * intermediate, sizeof(ushort));
            Inner = Allocate(tokens * intermediate, sizeof(ushort));
            LastResidual = Allocate(rows * hidden, sizeof(float));
            LastAttention = Allocate(rows * shape.OutputWidth, sizeof(ushort));
            Logits = Allocate(rows * model.Config.VocabularySize, sizeof(float));
            Chosen = Allocate(rows, sizeof(int));
            DecodeParts = limits.Parts;
            DecodeWork = Allocate(model.Kernels.AttentionDecode.WorkspaceBytes(limits.Parts), sizeof(byte));
            model.Kernels.AttentionDecode.Prepare(stream, DecodeWork, limits.Parts);

            // Rows of padding are computed from what stands there.
            stream.Fill(Attention, 0, tokens * shape.OutputWidth * sizeof(ushort) / sizeof(uint));
        }
        catch
        {
            _owned.Dispose();
            throw;
        }
    }

    /// <summary>The residual stream, f32 [tokens, hidden].</summary>
    internal DevicePointer Residual { get; }

    /// <summary>Its RMSNorm, bf16 [tokens, hidden].</summary>
    internal DevicePointer Normalised { get; }

    /// <summary>Queries, keys and values, bf16 [tokens, (heads + 2 * keyValueHeads) * headDim].</summary>
    internal DevicePointer Projected { get; }

    /// <summary>Output of the attention, bf16 [tokens, heads * headDim].</summary>
    internal DevicePointer Attention { get; }

    /// <summary>What is next added to the residual stream, bf16 [tokens, hidden].</summary>
    internal DevicePointer Delta { get; }

    /// <summary>bf16 [tokens, 2 * intermediate]</summary>
    internal DevicePointer GateUp { get; }

    /// <summary>bf16 [tokens, intermediate]</summary>
    internal DevicePointer Inner { get; }

    /// <summary>Residual stream of the rows whose logits are wanted, f32 [rows, hidden].</summary>
    internal DevicePointer LastResidual { get; }

    /// <summary>Attention of these rows, bf16 [rows, heads * headDim].</summary>
    internal DevicePointer LastAttention { get; }

    /// <summary>f32 [rows, vocabulary]</summary>
    internal DevicePointer Logits { get; }

    /// <summary>Chosen tokens, int32 [rows].</summary>
    internal DevicePointer Chosen { get; }

    /// <summary>Of the attention of decodes.</summary>
    internal DevicePointer DecodeWork { get; }

    /// <summary>Parts of contexts that it has room for.</summary>
    internal int DecodeParts { get; }

    /// <inheritdoc/>
    public void Dispose() => _owned.Dispose();
}
