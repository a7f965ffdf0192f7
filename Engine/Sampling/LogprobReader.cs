using System.Buffers;
using Preble.Engine.Text;

namespace Preble.Engine.Sampling;

/// <summary>Reads log-probabilities from a row of raw logits.</summary>
/// <param name="tokenizer">Gives the tokens' texts.</param>
/// <param name="top">How many of the likeliest tokens are listed.</param>
internal sealed class LogprobReader(Tokenizer tokenizer, int top)
{
    private readonly (float Logit, int Id)[] _best = new (float, int)[top];

    /// <summary>Reads one row, before anything has changed it.</summary>
    /// <param name="logits">[vocabulary]</param>
    /// <returns>Gives the result once the chosen token is known.</returns>
    internal Row Read(ReadOnlySpan<float> logits)
    {
        var copy = ArrayPool<float>.Shared.Rent(logits.Length);
        logits.CopyTo(copy);
        var weights = ArrayPool<float>.Shared.Rent(logits.Length);
        var max = LogitMath.Max(logits);
        LogitMath.Exponentials(logits, max, 1, weights.AsSpan(0, logits.Length));
        var logSum = max + Math.Log(LogitMath.Sum(weights.AsSpan(0, logits.Length)));
        ArrayPool<float>.Shared.Return(weights);
        return new Row(this, copy, logits.Length, logSum);
    }

    private TokenLogprob Entry(int id, float logit, double logSum) =>
        new(id, tokenizer.TokenText(id), tokenizer.TokenMemory(id), (float)(logit - logSum));

    private List<TokenLogprob> Top(ReadOnlySpan<float> logits, double logSum)
    {
        var count = 0;
        for (var id = 0; id < logits.Length; id++)
        {
            if (count == top && (top == 0 || logits[id] <= _best[top - 1].Logit))
            {
                continue;
            }

            var at = count < top ? count++ : top - 1;
            for (; at > 0 && _best[at - 1].Logit < logits[id]; at--)
            {
                _best[at] = _best[at - 1];
            }

            _best[at] = (logits[id], id);
        }

        var entries = new List<TokenLogprob>(count);
        for (var i = 0; i < count; i++)
        {
            entries.Add(Entry(_best[i].Id, _best[i].Logit, logSum));
        }

        return entries;
    }

    /// <summary>A row that has been read; <see cref="Finish"/> must be called once and gives its memory back.</summary>
    internal readonly record struct Row(LogprobReader Reader, float[] Logits, int Length, double LogSum)
    {
        internal TokenLogprobs Finish(int chosen)
        {
            var logits = Logits.AsSpan(0, Length);
            var result = new TokenLogprobs(Reader.Entry(chosen, logits[chosen], LogSum), Reader.Top(logits, LogSum));
            ArrayPool<float>.Shared.Return(Logits);
            return result;
        }
    }
}
