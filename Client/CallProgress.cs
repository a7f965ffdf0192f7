using Preble.Grains.Interfaces;

namespace Preble.Client;

/// <summary>What a call has had so far: counts its tokens, says when it has ended, and what is left of it.</summary>
internal sealed class CallProgress
{
    private readonly GenerateRequest[] _requests;
    private readonly string[]? _echo;
    private readonly int _choices;
    private readonly bool[] _begun;
    private readonly bool[] _finished;
    private readonly List<int>[] _tokens;
    private int _cachedTokens;

    public CallProgress(PreparedCall call)
    {
        _requests = [.. call.Requests];
        _echo = call.Echo;
        _choices = _requests[0].Choices;
        int choices = _requests.Length * _choices;
        (_begun, _finished) = (new bool[choices], new bool[choices]);
        _tokens = [.. Enumerable.Range(0, choices).Select(_ => new List<int>())];
    }

    /// <summary>Whether every choice has.</summary>
    public bool HasEnded => Array.TrueForAll(_finished, ended => ended);

    /// <summary>What is run now. [prompts]</summary>
    public IReadOnlyList<GenerateRequest> Requests => _requests;

    /// <summary>The requests that have not ended, each with the tokens that came of it under its id.</summary>
    public IEnumerable<(string Id, int Tokens)> Running => Enumerable.Range(0, _requests.Length)
        .Where(prompt => _finished[Own(prompt)].Contains(false))
        .Select(prompt => (_requests[prompt].RequestId, _tokens[Own(prompt)].Sum(tokens => tokens.Count) - (_requests[prompt].Generated?.Sum(tokens => tokens.Length) ?? 0)));

    /// <summary>Counts an event and tells it as callers know it.</summary>
    public GenerationDelta Add(GenerationEvent item)
    {
        int prompt = item.Choice / _choices;
        bool first = !_begun[item.Choice];
        _begun[item.Choice] = true;
        _tokens[item.Choice].AddRange(item.Tokens);
        _cachedTokens += first && item.Choice % _choices == 0 ? item.CachedTokens : 0;
        _finished[item.Choice] = item.Finish is not null;
        return new GenerationDelta
        {
            RequestId = _requests[prompt].RequestId,
            Choice = item.Choice,
            Text = first && _echo is { } echo ? echo[prompt] + item.Text : item.Text,
            Tokens = item.Tokens,
            Logprobs = item.Logprobs,
            FinishReason = item.Finish,
            StopString = item.StopString,
            StopToken = item.StopToken,
            WorkerId = item.WorkerId,
            Usage = HasEnded ? new TokenUsage(_requests.Sum(request => request.PromptTokens.Length), _tokens.Sum(tokens => tokens.Count), _cachedTokens) : null,
        };
    }

    /// <summary>
    /// Takes the call as another silo has read it, with the ids that it has there: the same draws go on after the tokens that are there already.
    /// </summary>
    public void GoOn(PreparedCall call)
    {
        for (int prompt = 0; prompt < _requests.Length; prompt++)
        {
            Range own = Own(prompt);
            GenerateRequest again = _requests[prompt].RunAgain(call.Requests[prompt].RequestId);
            GenerateRequest request = call.Requests[prompt] with { Sampling = again.Sampling, FirstId = again.FirstId, Run = again.Run };
            _requests[prompt] = _begun[own].Contains(true)
                ? request with { Generated = Array.ConvertAll(_tokens[own], tokens => tokens.ToArray()), Finished = _finished[own] }
                : request;
        }
    }

    /// <summary>The choices of a prompt.</summary>
    private Range Own(int prompt) => new(prompt * _choices, (prompt + 1) * _choices);
}
