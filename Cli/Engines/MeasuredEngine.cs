using Preble.Core.Serving;
using Preble.Engine.Models;

namespace Preble.Cli.Engines;

/// <summary>A forward pass that is measured, and what its machine reaches at most.</summary>
/// <param name="Machine">The card, or the kernels and threads of the CPU.</param>
/// <param name="Pass">The pass; nobody else uses it.</param>
/// <param name="Config">The model's shape.</param>
/// <param name="BytesPerWeight">Of a weight in memory.</param>
/// <param name="KeyValueBytesPerToken">Of a token in the pages.</param>
/// <param name="MemoryGigabytes">Memory that the machine moves, 10^9 bytes a second: copied on a GPU, read on a CPU.</param>
/// <param name="Teraflops">Products that it computes, 10^12 operations a second.</param>
internal sealed record MeasuredEngine(
    string Machine, IForwardPass Pass, ModelConfig Config, double BytesPerWeight, double KeyValueBytesPerToken, double MemoryGigabytes, double Teraflops)
{
    /// <summary>Bytes that a decode step must read: each weight once, and the keys and values of all contexts.</summary>
    public double DecodeBytes(int batch, int context) => (BytesPerWeight * EngineWork.Multiplied(Config)) + (KeyValueBytesPerToken * batch * context);
}
