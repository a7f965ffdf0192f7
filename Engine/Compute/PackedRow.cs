using Preble.Engine.Weights;

namespace Preble.Engine.Compute;

/// <summary>Where an output column of a packed matrix comes from: a row of a tensor, or nothing (zeros).</summary>
internal readonly record struct PackedRow(TensorData? Tensor, long Row);
