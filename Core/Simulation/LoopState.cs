using Preble.Core.Serving;

namespace Preble.Core.Simulation;

/// <summary>Where a worker's engine is in its <see cref="EngineLoop"/>.</summary>
internal sealed class LoopState(EngineLoop loop)
{
    private readonly List<SimulatedRequest> _held = [];
    private int _decodeSteps;
    private int _inRow;

    /// <summary>Whether a request that comes while the worker is busy waits for the end of a row.</summary>
    public bool Holds => loop.DecodesInRow > 1;

    /// <summary>Keeps a request until the engine looks for new ones.</summary>
    public void Hold(SimulatedRequest request) => _held.Add(request);

    /// <summary>The requests that the engine finds when it looks.</summary>
    public SimulatedRequest[] TakeHeld()
    {
        SimulatedRequest[] held = [.. _held];
        _held.Clear();
        return held;
    }

    /// <summary>Takes note of a step that has ended.</summary>
    /// <param name="step">What it did.</param>
    /// <param name="firstOrLast">Whether it gave a first token or ended a sequence.</param>
    /// <returns>Whether the engine now looks for new requests, and for how long it rests before that.</returns>
    public (bool Looks, TimeSpan Pause) EndStep(StepResult step, bool firstOrLast)
    {
        bool tells = firstOrLast || (step.DecodeTokens > 0 && ++_decodeSteps % loop.StreamEvery == 0);
        bool decodesAlone = step.PrefillTokens == 0 && step.Started.Count == 0;
        _inRow = decodesAlone && !tells ? _inRow + 1 : loop.DecodesInRow;
        bool looks = _inRow >= loop.DecodesInRow;
        _inRow = looks ? 0 : _inRow;
        return (looks, tells ? TimeSpan.FromSeconds(loop.PauseSeconds) : TimeSpan.Zero);
    }
}
