using Preble.Engine.Weights;
using Preble.Kernels.Driver;

namespace Preble.Kernels.Serving;

/// <summary>The weights of a model folder.</summary>
/// <param name="store">Its tensors.</param>
/// <param name="uploader">Copies.</param>
internal sealed class FolderWeights(TensorStore store, WeightUploader uploader) : IWeightSource
{
    /// <inheritdoc/>
    public void CopyMatrix(string name, int rows, int columns, DevicePointer target) =>
        uploader.Upload(store.Get(name, rows, columns), (long)rows * columns, target);

    /// <inheritdoc/>
    public void CopyVector(string name, int length, DevicePointer target)
    {
        TensorData tensor = store.Get(name, length);
        uploader.Upload(length, target, index => float.IsFinite(tensor[index])
            ? tensor[index]
            : throw new ModelFormatException(tensor.File, tensor.Info.Name, $"the weight at [{index}] is not a finite number"));
    }

    /// <inheritdoc/>
    public void CheckAbsent(string name)
    {
        if (store.Contains(name))
        {
            throw new ModelFormatException(store.FileOf(name), name, "the tensor exists, but config.json says that the model has no such bias");
        }
    }
}
