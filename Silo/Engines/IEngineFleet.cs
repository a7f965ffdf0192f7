using Preble.Core.Serving;
using Preble.Engine.Models;

namespace Preble.Silo.Engines;

/// <summary>What the workers of this silo compute on: their model, and a forward pass for each. Disposed when nothing computes any more.</summary>
internal interface IEngineFleet : IDisposable
{
    /// <summary>Kind of the workers, a part of their ids: <c>cpu</c> or <c>cuda</c>.</summary>
    string Kind { get; }

    /// <summary>The model's shape.</summary>
    ModelConfig Config { get; }

    /// <summary>Memory of one copy of the weights, in bytes.</summary>
    long WeightBytes { get; }

    /// <summary>What a worker holds for a prompt and its completion at most, in tokens.</summary>
    int ContextTokensMax { get; }

    /// <summary>Tokens in one step of a worker.</summary>
    int StepTokensMax { get; }

    /// <summary>One for each worker; none in a silo that does not compute.</summary>
    IReadOnlyList<IForwardPass> Passes { get; }

    /// <summary>For the banner: what the workers are, without their number and speed.</summary>
    string Summary { get; }

    /// <summary>What whoever runs the silo should know, in a line each; may be empty.</summary>
    IReadOnlyList<string> Notes { get; }

    /// <summary>A further note, by the thread of a worker.</summary>
    event Action<string>? Noted;

    /// <summary>What a worker runs on; where it is the same, workers are equally fast.</summary>
    string Hardware(int worker);
}
