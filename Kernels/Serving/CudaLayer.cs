using Preble.Kernels.Driver;

namespace Preble.Kernels.Serving;

/// <summary>Where the weights of a layer are. Matrices are bf16 [out, in]; gains and biases f32, null where the model has none.</summary>
/// <param name="AttentionGain">RMSNorm before the attention. [hidden]</param>
/// <param name="QueryKeyValue">Queries, keys and values below one another. [(heads + 2 * keyValueHeads) * headDim, hidden]</param>
/// <param name="QueryKeyValueBias">Its bias.</param>
/// <param name="AttentionOutput">[hidden, heads * headDim]</param>
/// <param name="AttentionOutputBias">Its bias.</param>
/// <param name="FeedForwardGain">RMSNorm before the feed-forward layer. [hidden]</param>
/// <param name="GateUp">Gate above up. [2 * intermediate, hidden]</param>
/// <param name="GateUpBias">Its bias.</param>
/// <param name="Down">[hidden, intermediate]</param>
/// <param name="DownBias">Its bias.</param>
internal sealed record CudaLayer(
    DevicePointer AttentionGain,
    DevicePointer QueryKeyValue,
    DevicePointer QueryKeyValueBias,
    DevicePointer AttentionOutput,
    DevicePointer AttentionOutputBias,
    DevicePointer FeedForwardGain,
    DevicePointer GateUp,
    DevicePointer GateUpBias,
    DevicePointer Down,
    DevicePointer DownBias);
