using Preble.Core;
using Preble.Core.Serving;
using Preble.Engine.Text;

namespace Preble.Engine.Sampling;

/// <summary>
/// Chooses the tokens of one sequence and turns them into text. Everything follows from parameters, seed, prompt and logits: the n-th draw depends on
/// seed and n alone, so a sequence resumed on another worker goes on with the same tokens and text. One thread at a time.
/// </summary>
public sealed class SequenceSampler : ITokenSampler
{
    private readonly SamplingParameters _parameters;
    private readonly HashSet<int> _endOfSequence;
    private readonly HashSet<int> _stopTokens;
    private readonly LogitAdjustments _adjustments;
    private readonly LogprobReader? _logprobs;
    private readonly IncrementalDecoder _decoder;
    private readonly StopMatcher _stops;
    private readonly ulong _seed;

    /// <summary>A sampler for a sequence that has no output yet.</summary>
    /// <param name="parameters">Parameters whose <see cref="SamplingParameters.Validate"/> finds no problem.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="endOfSequence">The model's end-of-sequence tokens.</param>
    /// <param name="prompt">Tokens of the prompt, for the repetition penalty.</param>
    /// <param name="seed">Seed for parameters that have none.</param>
    public SequenceSampler(
        SamplingParameters parameters, Tokenizer tokenizer, IEnumerable<int> endOfSequence, ReadOnlySpan<int> prompt, ulong seed)
    {
        _parameters = parameters;
        _endOfSequence = [.. endOfSequence];
        _stopTokens = [.. parameters.StopTokenIds];
        _adjustments = new LogitAdjustments(parameters, prompt, _endOfSequence.Concat(_stopTokens));
        _logprobs = parameters.Logprobs is { } top ? new LogprobReader(tokenizer, top) : null;
        _decoder = new IncrementalDecoder(tokenizer, parameters.SkipSpecialTokens);
        _stops = new StopMatcher(parameters.Stop, parameters.IncludeStopInOutput);
        _seed = parameters.Seed is { } own ? (ulong)own : seed;
    }

    /// <summary>How many tokens the output has, the one that ended it included.</summary>
    public int Generated { get; private set; }

    /// <summary>What the last token added.</summary>
    public SampledPiece LastPiece { get; private set; }

    /// <summary>
    /// Takes the tokens that the sequence already has, chosen by another sampler with the same parameters, seed and prompt. Their text is not given
    /// out again; what the other one held back comes with the tokens to follow.
    /// </summary>
    /// <param name="generated">Its output so far; the sampler must be new.</param>
    /// <returns>Set if the sequence had ended with them, so that nothing is left to do.</returns>
    public FinishReason? Resume(ReadOnlySpan<int> generated)
    {
        if (Generated > 0)
        {
            throw new InvalidOperationException("Only a new sampler can resume.");
        }

        foreach (var token in generated)
        {
            Accept(token, null);
        }

        return LastPiece.Finish;
    }

    /// <inheritdoc/>
    public SampledToken Next(Span<float> logits)
    {
        // 1. Log-probabilities are those of the model itself, so they are read before anything changes.
        var row = _logprobs?.Read(logits);

        // 2. Bias, penalties and bans, then the choice.
        _adjustments.Apply(logits, Generated);
        var token = _parameters.IsGreedy
            ? LogitMath.Argmax(logits)
            : RandomChoice.Draw(logits, _parameters, CounterRandom.Uniform(_seed, (ulong)Generated));

        // 3. Text and end.
        Accept(token, row?.Finish(token));
        return new SampledToken(token, LastPiece.Finish);
    }

    /// <inheritdoc/>
    public TokenChoice? NextChoice()
    {
        if (_logprobs is not null)
        {
            return null;
        }

        var adjustments = _adjustments.Describe(Generated);
        return _parameters.IsGreedy
            ? TokenChoice.Greedy with { Adjustments = adjustments }
            : new TokenChoice(
                _parameters.Temperature, _parameters.TopK, _parameters.TopP, _parameters.MinP, CounterRandom.Uniform(_seed, (ulong)Generated), adjustments);
    }

    /// <inheritdoc/>
    public SampledToken Accept(int token)
    {
        Accept(token, null);
        return new SampledToken(token, LastPiece.Finish);
    }

    /// <summary>Text still held back, for a sequence that ends by its length; empty if it ended otherwise.</summary>
    public string Flush()
    {
        var text = _stops.Add(_decoder.Flush(), mayStop: false);
        return text + _stops.Flush();
    }

    private void Accept(int token, TokenLogprobs? logprobs)
    {
        if (LastPiece.Finish is not null)
        {
            throw new InvalidOperationException("The sequence has ended.");
        }

        Generated++;
        _adjustments.Add(token);
        var mayStop = Generated > _parameters.MinTokens;
        var stopsByToken = mayStop && ((_endOfSequence.Contains(token) && !_parameters.IgnoreEos) || _stopTokens.Contains(token));
        if (stopsByToken)
        {
            var last = _parameters.IncludeStopInOutput ? _stops.Add(_decoder.Add(token), mayStop: false) : "";
            var isEnd = _endOfSequence.Contains(token) && !_parameters.IgnoreEos;
            LastPiece = new SampledPiece(token, last + Flush(), logprobs, FinishReason.Stop, null, isEnd ? null : token);
            return;
        }

        var text = _stops.Add(_decoder.Add(token), mayStop);
        LastPiece = new SampledPiece(token, text, logprobs, _stops.Found is null ? null : FinishReason.Stop, _stops.Found, null);
    }
}
