using Preble.Kernels.Driver;

namespace Preble.Kernels.Serving;

/// <summary>Where the weights of a model come from. Names are Hugging Face's.</summary>
internal interface IWeightSource
{
    /// <summary>Copies a matrix to the device, bf16 [rows, columns].</summary>
    void CopyMatrix(string name, int rows, int columns, DevicePointer target);

    /// <summary>Copies a vector to the device, f32 [length].</summary>
    void CopyVector(string name, int length, DevicePointer target);

    /// <summary>Throws if there is a tensor that the model's config knows nothing of.</summary>
    void CheckAbsent(string name);
}
