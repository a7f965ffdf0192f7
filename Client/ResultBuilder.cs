using System.Text;
using Preble.Grains.Interfaces;

namespace Preble.Client;

/// <summary>Puts a stream together.</summary>
internal sealed class ResultBuilder
{
    private readonly SortedDictionary<int, Choice> _choices = [];
    private TokenUsage? _usage;

    public void Add(GenerationDelta delta)
    {
        if (!_choices.TryGetValue(delta.Choice, out Choice? choice))
        {
            _choices.Add(delta.Choice, choice = new Choice());
        }

        choice.Add(delta);
        _usage = delta.Usage ?? _usage;
    }

    /// <summary>The whole, once the stream has ended.</summary>
    public GenerationResult ToResult()
    {
        GenerationChoice[] choices = [.. _choices.Values.Select(choice => choice.ToChoice())];
        return new GenerationResult { RequestId = choices[0].RequestId, Choices = choices, Usage = _usage! };
    }

    private sealed class Choice
    {
        private readonly StringBuilder _text = new();
        private readonly List<int> _tokens = [];
        private readonly List<TokenLogprob> _logprobs = [];
        private GenerationDelta? _last;

        public void Add(GenerationDelta delta)
        {
            _text.Append(delta.Text);
            _tokens.AddRange(delta.Tokens);
            _logprobs.AddRange(delta.Logprobs ?? []);
            _last = delta;
        }

        public GenerationChoice ToChoice() => new()
        {
            RequestId = _last!.RequestId,
            Text = _text.ToString(),
            Tokens = _tokens,
            Logprobs = _last.Logprobs is null ? null : _logprobs,
            FinishReason = _last.FinishReason!,
            StopString = _last.StopString,
            StopToken = _last.StopToken,
            WorkerId = _last.WorkerId,
        };
    }
}
