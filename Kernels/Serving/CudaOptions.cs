namespace Preble.Kernels.Serving;

/// <summary>How a model is computed on a GPU.</summary>
public sealed record CudaOptions
{
    /// <summary>Tokens in a page, a multiple of 16.</summary>
    public int PageTokens { get; init; } = 16;

    /// <summary>Tokens that go through the layers together; a larger step is cut. Bounds the memory for activations.</summary>
    public int StepTokensMax { get; init; } = 2048;

    /// <summary>Sequences whose logits are computed together; a larger step is cut. Bounds the memory for logits.</summary>
    public int SequencesMax { get; init; } = 256;

    /// <summary>Whether steps of decodes alone are replayed from recorded graphs.</summary>
    public bool Graphs { get; init; } = true;

    /// <summary>Whether cuBLAS is used where it is; if not, a row's bits never depend on the batch.</summary>
    public bool Cublas { get; init; } = true;

    /// <summary>
    /// Told in a line what is done in another way than it might be, for whoever runs the program; by the thread that makes a pass or computes with it.
    /// </summary>
    public Action<string>? Note { get; init; }

    /// <summary>Throws <see cref="ArgumentOutOfRangeException"/> for what cannot be.</summary>
    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(StepTokensMax, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(SequencesMax, 1);
        if (PageTokens < 16 || PageTokens % 16 != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(PageTokens), PageTokens, "A page must hold a multiple of 16 tokens.");
        }
    }
}
