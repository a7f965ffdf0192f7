using Preble.Grains.Interfaces;

namespace Preble.Grains;

/// <summary>What a request says of itself while it runs and after. Holds nothing of its prompt, which it outlives.</summary>
internal sealed class RequestRecord
{
    /// <summary>Tokens of runs before this one.</summary>
    private readonly int _before;

    private int _produced;
    private RequestDescription _description;

    public RequestRecord(GenerateRequest request)
    {
        _before = request.Generated?.Sum(tokens => tokens.Length) ?? 0;
        _description = new RequestDescription
        {
            RequestId = request.RequestId,
            FirstId = request.FirstId,
            Run = request.Run,
            Model = request.Model,
            State = RequestState.Placing,
            PromptTokens = request.PromptTokens.Length,
            Choices = request.Choices,
            CachedTokens = 0,
            CompletionTokens = _before,
            Attempts = 0,
        };
    }

    /// <summary>As it stands, with the latest placement that it has left, if that was told here.</summary>
    public RequestDescription Description => _description;

    public RequestStanding Standing => new() { ProducedTokens = _produced, AwaitsReader = AwaitsReader, HasEnded = HasEnded };

    public bool HasEnded => _description.Outcome is not null;

    /// <summary>Whether a piece was handed out and the next not yet asked for.</summary>
    public bool AwaitsReader { get; set; }

    /// <summary>Workers it was placed on.</summary>
    public int Attempts => _description.Attempts;

    /// <summary>Why it was on a worker before does not explain this one.</summary>
    public void Place(PlacementReply place) => _description = _description with
    {
        State = RequestState.Queued,
        WorkerId = place.WorkerId,
        Attempts = _description.Attempts + 1,
        Placement = null,
    };

    public void Run(RequestProgress progress)
    {
        _produced = progress.OutputTokens;
        _description = _description with
        {
            State = RequestState.Running,
            CachedTokens = progress.CachedTokens,
            CompletionTokens = _before + progress.OutputTokens,
        };
    }

    /// <summary>It has left the worker; what was predicted of that is told with what came of it, unless the scheduler did not say.</summary>
    public void Leave(PlacementExplanation? placement) => _description = _description with { Placement = placement };

    public void End(Outcome outcome, string? message) => _description = _description with { Outcome = outcome, Message = message, State = StateOf(outcome) };

    private static RequestState StateOf(Outcome outcome) => outcome switch
    {
        Outcome.Completed => RequestState.Completed,
        Outcome.Cancelled => RequestState.Cancelled,
        Outcome.QueueFull or Outcome.NoWorker or Outcome.PromptTooLong or Outcome.DuplicateRequest or Outcome.WorkerDraining => RequestState.Rejected,
        _ => RequestState.Failed,
    };
}
