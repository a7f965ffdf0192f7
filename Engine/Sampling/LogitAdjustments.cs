using System.Runtime.InteropServices;
using Preble.Core.Serving;

namespace Preble.Engine.Sampling;

/// <summary>
/// What changes the logits before a choice: logit_bias, then the penalties, then the ban on ending before min_tokens; in vLLM's order and by its
/// formulas. Keeps which tokens prompt and output have, as far as a parameter asks for it.
/// </summary>
internal sealed class LogitAdjustments
{
    private readonly SamplingParameters _parameters;
    private readonly (int Id, float Bias)[] _biases;
    private readonly int[] _endings;
    private readonly Dictionary<int, int> _outputCounts = [];
    private readonly HashSet<int> _seen = [];

    // For Describe: where each token stands in the list.
    private readonly Dictionary<int, int> _places = [];
    private TokenAdjustment[] _list = [];

    /// <param name="parameters">Valid parameters.</param>
    /// <param name="prompt">Tokens of the prompt.</param>
    /// <param name="endings">Tokens that end the sequence.</param>
    internal LogitAdjustments(SamplingParameters parameters, ReadOnlySpan<int> prompt, IEnumerable<int> endings)
    {
        _parameters = parameters;
        _biases = [.. parameters.LogitBias.Select(b => (b.Key, (float)b.Value))];
        _endings = parameters.MinTokens > 0 ? [.. endings.Distinct()] : [];
        if (Repeats)
        {
            foreach (var id in prompt)
            {
                _seen.Add(id);
            }
        }
    }

    private bool Repeats => _parameters.RepetitionPenalty != 1;

    private bool Counts => _parameters.PresencePenalty != 0 || _parameters.FrequencyPenalty != 0;

    /// <summary>Takes note of a chosen token.</summary>
    internal void Add(int id)
    {
        if (Repeats)
        {
            _seen.Add(id);
        }

        if (Counts)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_outputCounts, id, out _)++;
        }
    }

    /// <summary>Changes the logits.</summary>
    /// <param name="logits">[vocabulary]; ids of prompt or output outside of it are passed over.</param>
    /// <param name="generated">How many tokens have been chosen.</param>
    internal void Apply(Span<float> logits, int generated)
    {
        foreach (var (id, bias) in _biases)
        {
            if (id < logits.Length)
            {
                logits[id] += bias;
            }
        }

        var repetition = (float)_parameters.RepetitionPenalty;
        foreach (var id in _seen)
        {
            if (id < logits.Length)
            {
                logits[id] = logits[id] > 0 ? logits[id] / repetition : logits[id] * repetition;
            }
        }

        foreach (var (id, count) in _outputCounts)
        {
            if (id < logits.Length)
            {
                logits[id] -= (float)((_parameters.FrequencyPenalty * count) + _parameters.PresencePenalty);
            }
        }

        if (generated < _parameters.MinTokens)
        {
            foreach (var id in _endings)
            {
                if (id < logits.Length)
                {
                    logits[id] = float.NegativeInfinity;
                }
            }
        }
    }

    /// <summary>What <see cref="Apply"/> would do, said token by token.</summary>
    /// <param name="generated">How many tokens have been chosen.</param>
    /// <returns>One for each token that changes, valid until the next call; an id outside of the vocabulary is for the reader to pass over.</returns>
    internal ReadOnlyMemory<TokenAdjustment> Describe(int generated)
    {
        _places.Clear();
        foreach (var (id, bias) in _biases)
        {
            Of(id) = Of(id) with { Bias = bias };
        }

        foreach (var id in _seen)
        {
            Of(id) = Of(id) with { Repetition = (float)_parameters.RepetitionPenalty };
        }

        foreach (var (id, count) in _outputCounts)
        {
            Of(id) = Of(id) with { Penalty = (float)((_parameters.FrequencyPenalty * count) + _parameters.PresencePenalty) };
        }

        if (generated < _parameters.MinTokens)
        {
            foreach (var id in _endings)
            {
                Of(id) = Of(id) with { Penalty = float.PositiveInfinity };
            }
        }

        return _list.AsMemory(0, _places.Count);
    }

    private ref TokenAdjustment Of(int id)
    {
        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, id, out var known);
        if (!known)
        {
            place = _places.Count - 1;
            if (place == _list.Length)
            {
                Array.Resize(ref _list, Math.Max(16, 2 * place));
            }

            _list[place] = new TokenAdjustment(id, 0, 1, 0);
        }

        return ref _list[place];
    }
}
