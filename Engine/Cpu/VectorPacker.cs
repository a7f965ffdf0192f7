using Preble.Engine.Compute;
using Preble.Engine.Weights;

namespace Preble.Engine.Cpu;

/// <summary>Gains and biases as f32, padded with zeros to whole panels.</summary>
internal sealed unsafe class VectorPacker(TensorStore store)
{
    /// <summary>Vectors one after the other.</summary>
    internal AlignedMemory Stack(params ReadOnlySpan<(string Name, int Length)> parts)
    {
        int length = 0;
        foreach ((_, int count) in parts)
        {
            length = checked(length + count);
        }

        AlignedMemory memory = Zeros(length);
        float* target = memory.Floats;
        foreach ((string name, int count) in parts)
        {
            TensorData tensor = store.Get(name, count);
            for (int i = 0; i < count; i++)
            {
                *target++ = Finite(tensor, i);
            }
        }

        return memory;
    }

    /// <summary>
    /// A bias, or null. One that stands in the file although the config announces none is an error: the model would be computed wrongly.
    /// </summary>
    internal AlignedMemory? Bias(bool announced, params ReadOnlySpan<(string Name, int Length)> parts)
    {
        if (announced)
        {
            return Stack(parts);
        }

        foreach ((string name, _) in parts)
        {
            RefuseUnannounced(name);
        }

        return null;
    }

    /// <summary>The biases of gate and up in the order of a paired matrix, or null.</summary>
    internal AlignedMemory? PairedBias(bool announced, string gate, string up, int length)
    {
        if (!announced)
        {
            RefuseUnannounced(gate);
            RefuseUnannounced(up);
            return null;
        }

        TensorData first = store.Get(gate, length);
        TensorData second = store.Get(up, length);
        AlignedMemory memory = Zeros(checked(2 * ((length + PackedMatrix.HalfColumns - 1) / PackedMatrix.HalfColumns * PackedMatrix.HalfColumns)));
        for (int i = 0; i < length; i++)
        {
            int place = (i / PackedMatrix.HalfColumns * PackedMatrix.PanelColumns) + (i % PackedMatrix.HalfColumns);
            memory.Floats[place] = Finite(first, i);
            memory.Floats[place + PackedMatrix.HalfColumns] = Finite(second, i);
        }

        return memory;
    }

    private static AlignedMemory Zeros(int length)
    {
        int padded = (length + PackedMatrix.PanelColumns - 1) / PackedMatrix.PanelColumns * PackedMatrix.PanelColumns;
        AlignedMemory memory = AlignedMemory.OfFloats(padded);
        new Span<float>(memory.Floats, padded).Clear();
        return memory;
    }

    private void RefuseUnannounced(string name)
    {
        if (store.Contains(name))
        {
            throw new ModelFormatException(store.FileOf(name), name, "the tensor exists, but config.json says that the model has no such bias");
        }
    }

    private static float Finite(TensorData tensor, int index) =>
        float.IsFinite(tensor[index])
            ? tensor[index]
            : throw new ModelFormatException(tensor.File, tensor.Info.Name, $"the weight at [{index}] is not a finite number");
}
