using Preble.Core.Serving;

namespace Preble.Silo.Tests;

/// <summary>A forward pass that a test lets through step by step. Every token it gives is 5, which ends nothing.</summary>
internal sealed class GatedForwardPass : IForwardPass
{
    private readonly float[] _logits = new float[768];
    private readonly SemaphoreSlim _gate = new(0);
    private readonly SemaphoreSlim _entered = new(0);

    public int VocabularySize => _logits.Length;

    public int PageTokens => 16;

    public int PageCount => 64;

    public int ContextTokensMax => 1024;

    /// <summary>Steps begun.</summary>
    public int Steps { get; private set; }

    /// <summary>Thrown by the next step.</summary>
    public Exception? Fault { get; set; }

    /// <summary>Waits until a step is being computed.</summary>
    public Task EnteredAsync() => _entered.WaitAsync();

    /// <summary>Lets steps go through.</summary>
    public void Let(int steps) => _gate.Release(steps);

    public void Forward(ReadOnlySpan<BatchEntry> batch)
    {
        Steps++;
        _entered.Release();
        _gate.Wait();
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
