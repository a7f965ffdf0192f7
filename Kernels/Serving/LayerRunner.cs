using Preble.Engine.Models;
using Preble.Kernels.Device;
using Preble.Kernels.Driver;
using Preble.Kernels.Ops;
using Preble.Kernels.Products;

namespace Preble.Kernels.Serving;

/// <summary>Asks a stream for the way through the layers: from the step buffer to the logits. What it asks for follows from the step's rows and
/// entries alone.</summary>
/// <param name="model">The weights.</param>
/// <param name="stream">Where.</param>
/// <param name="product">Matrix products on that stream.</param>
/// <param name="input">What the host said.</param>
/// <param name="work">Where everything between goes.</param>
/// <param name="pages">Keys and values, [layer][page] as <see cref="AttentionShape"/> has pages.</param>
/// <param name="layerBytes">From one layer's pages to the next one's.</param>
internal sealed class LayerRunner(
    CudaModel model, CudaStream stream, IMatrixProduct product, StepBuffer input, Activations work, DevicePointer pages, long layerBytes)
{
    private readonly CudaKernels _kernels = model.Kernels;
    private readonly AttentionShape _shape = model.Shape;

    /// <summary>Computes keys and values of all rows, and the logits of those that the shape has rows of logits for.</summary>
    internal void Run(in StepShape step)
    {
        ModelConfig c = model.Config;
        _kernels.Embed.Run(stream, input.At(0), model.Embedding, work.Residual, step.Tokens, c.HiddenSize);
        DevicePointer delta = DevicePointer.Null;
        for (int i = 0; i < model.Layers.Length; i++)
        {
            CudaLayer layer = model.Layers[i];
            DevicePointer layerPages = pages + (i * layerBytes);
            Normalise(work.Residual, delta, layer.AttentionGain, step.Tokens);
            Multiply(work.Normalised, layer.QueryKeyValue, layer.QueryKeyValueBias, work.Projected, step.Tokens, _shape.RowWidth, c.HiddenSize);
            _kernels.RopeStore.Run(
                stream, work.Projected, input.At(step.Positions), input.At(step.Slots), model.Cosines, model.Sines, layerPages, step.Tokens);

            // Behind the last keys and values only rows of logits matter.
            bool last = i == model.Layers.Length - 1;
            if (last && step.Rows == 0)
            {
                return;
            }

            Attend(step, layerPages);
            (DevicePointer residual, DevicePointer attention, int rows) = last ? KeepWanted(step) : (work.Residual, work.Attention, step.Tokens);
            Multiply(attention, layer.AttentionOutput, layer.AttentionOutputBias, work.Delta, rows, c.HiddenSize, _shape.OutputWidth);
            Normalise(residual, work.Delta, layer.FeedForwardGain, rows);
            Multiply(work.Normalised, layer.GateUp, layer.GateUpBias, work.GateUp, rows, 2 * c.IntermediateSize, c.HiddenSize);
            _kernels.SiluMultiply.Run(stream, work.GateUp, work.Inner, rows, c.IntermediateSize);
            Multiply(work.Inner, layer.Down, layer.DownBias, work.Delta, rows, c.HiddenSize, c.IntermediateSize);
            delta = work.Delta;
            if (last)
            {
                Normalise(residual, delta, model.OutputGain, rows);
                product.Multiply(work.Normalised, model.Output, work.Logits, single: true, rows, c.VocabularySize, c.HiddenSize);
            }
        }
    }

    private void Normalise(DevicePointer residual, DevicePointer delta, DevicePointer gain, int rows) =>
        _kernels.RmsNorm.Run(stream, residual, delta, gain, model.Config.RmsEpsilon, work.Normalised, rows, model.Config.HiddenSize);

    private void Multiply(DevicePointer a, DevicePointer weights, DevicePointer bias, DevicePointer output, int rows, int columns, int inner)
    {
        product.Multiply(a, weights, output, single: false, rows, columns, inner);
        if (bias != DevicePointer.Null)
        {
            _kernels.AddBias.Run(stream, output, bias, rows, columns);
        }
    }

    private void Attend(in StepShape step, DevicePointer layerPages)
    {
        DevicePointer decodes = input.At(step.EntriesAt);
        DevicePointer prefills = input.At(step.EntriesAt + (4 * step.Decodes));
        DevicePointer pageList = input.At(0);
        _kernels.AttentionDecode.Run(
            stream, work.Projected, work.Attention, layerPages, decodes, step.Decodes, input.At(step.PartList), pageList, work.DecodeWork, work.DecodeParts);
        _kernels.AttentionPrefill.Run(stream, work.Projected, work.Attention, layerPages, prefills, step.Prefills, step.QueryTokens, pageList);
    }

    private (DevicePointer Residual, DevicePointer Attention, int Rows) KeepWanted(in StepShape step)
    {
        if (!step.Gathers)
        {
            return (work.Residual, work.Attention, step.Tokens);
        }

        // Rows are gathered in words of four bytes, so that one kernel serves f32 and bf16.
        DevicePointer wanted = input.At(step.Gather);
        _kernels.GatherRows.Run(stream, work.Residual, wanted, work.LastResidual, step.Rows, model.Config.HiddenSize);
        _kernels.GatherRows.Run(stream, work.Attention, wanted, work.LastAttention, step.Rows, _shape.OutputWidth / 2);
        return (work.LastResidual, work.LastAttention, step.Rows);
    }
}
