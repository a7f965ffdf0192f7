using Preble.Grains.Interfaces;

namespace Preble.Client;

/// <summary>Counts a call's tokens and says when it has ended.</summary>
internal sealed class CallProgress
{
    private readonly PreparedCall _call;
    private readonly int _choices;
    private readonly bool[] _begun;
    private int _live;
    private int _completionTokens;
    private int _cachedTokens;

    public CallProgress(PreparedCall call)
    {
        _call = call;
        _choices = call.Requests[0].Choices;
        _live = call.Requests.Sum(request => request.Choices);
        _begun = new bool[_live];
    }

    /// <summary>Whether every choice has.</summary>
    public bool HasEnded => _live == 0;

    /// <summary>Counts an event and tells it as callers know it.</summary>
    public GenerationDelta Add(GenerationEvent item)
    {
        int prompt = item.Choice / _choices;
        bool first = !_begun[item.Choice];
        _begun[item.Choice] = true;
        _completionTokens += item.Tokens.Length;
        _cachedTokens += first && item.Choice % _choices == 0 ? item.CachedTokens : 0;
        _live -= item.Finish is null ? 0 : 1;
        return new GenerationDelta
        {
            RequestId = _call.Requests[prompt].RequestId,
            Choice = item.Choice,
            Text = first && _call.Echo is { } echo ? echo[prompt] + item.Text : item.Text,
            Tokens = item.Tokens,
            Logprobs = item.Logprobs,
            FinishReason = item.Finish,
            StopString = item.StopString,
            StopToken = item.StopToken,
            WorkerId = item.WorkerId,
            Usage = HasEnded ? new TokenUsage(_call.Requests.Sum(request => request.PromptTokens.Length), _completionTokens, _cachedTokens) : null,
        };
    }
}
