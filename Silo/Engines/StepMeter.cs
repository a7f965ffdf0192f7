using Preble.Core.Serving;
using Preble.Grains.Interfaces;

namespace Preble.Silo.Engines;

/// <summary>
/// Sums what an engine's steps computed and how long they took, from one report to the next. The first steps do not count: they are slow by what is compiled,
/// loaded and faulted in, and a worker that has just answered its first prompt would look slower than its equals, so that the next one went elsewhere.
/// </summary>
internal sealed class StepMeter(TimeProvider clock)
{
    /// <summary>Steps of an engine that say nothing of its rates.</summary>
    public const int ColdSteps = 32;

    private int _cold = ColdSteps;
    private int _steps;
    private double _seconds;
    private long _prefillTokens;
    private double _prefillSquares;
    private long _decodeSequences;
    private long _decodeContextTokens;

    /// <summary>Counts a step that went well; one that had nothing to compute does not count.</summary>
    /// <param name="step">What it did.</param>
    /// <param name="begun">The clock's timestamp when it began.</param>
    public void Add(StepResult step, long begun)
    {
        if (step.Idle || _cold > 0)
        {
            _cold -= step.Idle ? 0 : 1;
            return;
        }

        _steps++;
        _seconds += clock.GetElapsedTime(begun).TotalSeconds;
        _prefillTokens += step.PrefillTokens;
        _prefillSquares += step.PrefillSquares;
        _decodeSequences += step.DecodeTokens;
        _decodeContextTokens += step.DecodeContextTokens;
    }

    /// <summary>Puts the sums into a report, those of an unread one that it replaces included, and begins anew.</summary>
    public WorkerReport Take(WorkerReport report, WorkerReport? unread)
    {
        WorkerReport filled = report with
        {
            Steps = _steps + (unread?.Steps ?? 0),
            StepSeconds = _seconds + (unread?.StepSeconds ?? 0),
            PrefillTokens = _prefillTokens + (unread?.PrefillTokens ?? 0),
            PrefillSquares = _prefillSquares + (unread?.PrefillSquares ?? 0),
            DecodeSequences = _decodeSequences + (unread?.DecodeSequences ?? 0),
            DecodeContextTokens = _decodeContextTokens + (unread?.DecodeContextTokens ?? 0),
        };
        _steps = 0;
        _seconds = _prefillSquares = 0;
        _prefillTokens = _decodeSequences = _decodeContextTokens = 0;
        return filled;
    }
}
