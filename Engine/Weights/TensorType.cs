namespace Preble.Engine.Weights;

/// <summary>How the numbers of a tensor are stored.</summary>
public enum TensorType
{
    /// <summary>A type that a safetensors file may hold but that no weight may have.</summary>
    Other,

    /// <summary>IEEE single precision, 4 bytes.</summary>
    F32,

    /// <summary>IEEE half precision, 2 bytes.</summary>
    F16,

    /// <summary>The upper half of single precision, 2 bytes.</summary>
    BF16,
}
