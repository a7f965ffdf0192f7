using Preble.Grains.Interfaces;

namespace Preble.Grains;

/// <summary>
/// What a request has produced so far, whatever workers produced it: enough to let it go on elsewhere without a repeated or a missing token.
/// </summary>
internal sealed class RequestProgress
{
    private readonly List<int>[] _tokens;
    private readonly bool[] _finished;

    public RequestProgress(GenerateRequest request)
    {
        _tokens = new List<int>[request.Choices];
        _finished = new bool[request.Choices];
        for (int choice = 0; choice < request.Choices; choice++)
        {
            _tokens[choice] = request.Generated is { } generated ? [.. generated[choice]] : [];
            _finished[choice] = request.Finished is { } finished && finished[choice];
        }
    }

    /// <summary>Prompt tokens that the first worker to start the request did not compute.</summary>
    public int CachedTokens { get; private set; }

    /// <summary>Tokens produced, over all choices.</summary>
    public int OutputTokens { get; private set; }

    /// <summary>Whether anything was produced.</summary>
    public bool HasStarted { get; private set; }

    /// <summary>Whether every choice has ended.</summary>
    public bool HasEnded => Array.TrueForAll(_finished, ended => ended);

    /// <summary>Takes in an event that is passed on to the client.</summary>
    public void Add(GenerationEvent item)
    {
        if (_finished[item.Choice])
        {
            throw new InvalidOperationException($"Choice {item.Choice} went on after its end.");
        }

        if (!HasStarted)
        {
            HasStarted = true;
            CachedTokens = item.CachedTokens;
        }

        _tokens[item.Choice].AddRange(item.Tokens);
        OutputTokens += item.Tokens.Length;
        _finished[item.Choice] = item.Finish is not null;
    }

    /// <summary>What the request needs of a worker now: what was already produced is context to compute, and less is left to produce.</summary>
    /// <param name="request">The request.</param>
    /// <param name="lost">Workers that have lost it.</param>
    public PlacementRequest Placement(GenerateRequest request, List<string> lost)
    {
        int produced = _tokens.Where((_, choice) => !_finished[choice]).Max(tokens => tokens.Count);
        return new PlacementRequest
        {
            RequestId = request.RequestId,
            PageKeys = request.PageKeys,
            PromptTokens = request.PromptTokens.Length + produced,
            MaxNewTokens = Math.Max(1, request.Sampling.MaxTokens - produced),
            Choices = _finished.Count(ended => !ended),
            ExcludedWorkers = [.. lost],
        };
    }

    /// <summary>The same request for another worker, with what was already produced as context.</summary>
    public GenerateRequest Continue(GenerateRequest request) => !HasStarted
        ? request
        : request with { Generated = Array.ConvertAll(_tokens, list => list.ToArray()), Finished = [.. _finished] };
}
