using Preble.Core.Serving;
using Preble.Core.Simulation;

namespace Preble.Silo.Tests;

/// <summary>A forward pass that takes the time that a timing model says on a clock of the test. Every token it gives is 5, which ends nothing.</summary>
internal sealed class TimedForwardPass(IStepTiming timing, ManualClock clock) : IForwardPass
{
    private readonly float[] _logits = new float[768];

    public int VocabularySize => _logits.Length;

    public int PageTokens => 16;

    public int PageCount => 1024;

    public int ContextTokensMax => 4096;

    /// <summary>Thrown by the next step.</summary>
    public Exception? Fault { get; set; }

    public void Forward(ReadOnlySpan<BatchEntry> batch)
    {
        clock.Advance(timing.StepSeconds(batch));
        (Exception? fault, Fault) = (Fault, null);
        if (fault is not null)
        {
            throw fault;
        }
    }

    public Span<float> Logits(int index)
    {
        _logits.AsSpan().Clear();
        _logits[5] = 1;
        return _logits;
    }
}
